import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestVariables } from '../fields/suggest-variables.ts';
import { pathExpression } from './expression-path.ts';
import { templateTokens, wholeExpression } from './template-tokens.ts';

describe('template tokens', () => {
  it('joined are the text, whatever it is', () => {
    const part = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('{{', '}}', '{', '}', '"', "'", '\\', '$node.a.data'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(
          templateTokens(text)
            .map((token) => token.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('end an expression where its braces and quotes do', () => {
    expect(templateTokens('a {{ {b: "}}"} }} c').map((token) => token.kind)).toEqual(['text', 'expression', 'text']);
    expect(templateTokens('\\{{ not }}').map((token) => token.kind)).toEqual(['text']);
    expect(templateTokens('{{ open').map((token) => token.kind)).toEqual(['text']);
    expect(wholeExpression(' {{ $trigger.a }} ')).toBe('$trigger.a');
    expect(wholeExpression('x {{ $trigger.a }}')).toBeUndefined();
  });
});

describe('paths and suggestions', () => {
  it('write paths as expressions', () => {
    expect(pathExpression('$node.a.data', ['items', 0, 'odd key'])).toBe('$node.a.data.items[0]["odd key"]');
  });

  it('complete the word before the cursor from samples', () => {
    const variables = [
      { expression: '$trigger', title: 'Start', group: 'start' as const, sample: { body: { price: 3 } } },
    ];
    const text = '{{ $trigger.bo';
    const found = suggestVariables(text, text.length, 'template', variables);
    expect(found?.options.map((option) => option.expression)).toEqual(['$trigger.body', '$trigger.body.price']);
    expect(found?.from).toBe(3);
    expect(suggestVariables('plain $trigger', 14, 'template', variables)).toBeUndefined();
    expect(suggestVariables('$tri', 4, 'expression', variables)?.options[0]?.expression).toBe('$trigger');
  });
});
