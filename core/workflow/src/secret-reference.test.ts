import { describe, expect, it } from 'vitest';
import { compileConfig } from './compile-config.ts';

const schema = {
  type: 'object',
  properties: {
    headers: { type: 'object', additionalProperties: { type: 'string' }, 'x-conv3n': { secret: true } },
    open: {},
  },
} as const;

const scope = (trigger: unknown) => ({
  roots: { $trigger: trigger, $secrets: { own: { $secret: 'own' } } },
  now: 0,
  random: () => 0,
});
const evaluate = (headers: object, trigger: unknown) =>
  compileConfig({ headers } as never, schema, undefined).evaluate(scope(trigger) as never);

describe('a field that accepts secrets', () => {
  it('passes the reference its expression names', () => {
    expect(evaluate({ a: '{{ $secrets.own }}' }, {})).toEqual({ headers: { a: { $secret: 'own' } } });
    expect(evaluate({ a: '{{ $trigger.missing ?? $secrets.own }}' }, {})).toEqual({
      headers: { a: { $secret: 'own' } },
    });
  });

  it('keeps a secret inside longer text as a reference between printed pieces', () => {
    expect(evaluate({ a: 'Bearer {{ $secrets.own }}' }, {})).toEqual({
      headers: { a: { $secret_text: ['Bearer ', { $secret: 'own' }] } },
    });
    expect(
      evaluate({ a: '{{ $trigger.user }}:{{ $secrets.own }} {{ $trigger.list }}' }, { user: 'ada', list: [1] }),
    ).toEqual({
      headers: { a: { $secret_text: ['ada', ':', { $secret: 'own' }, ' ', '[1]'] } },
    });
    expect(evaluate({ a: 'plain {{ $trigger.user }}' }, { user: 'ada' })).toEqual({ headers: { a: 'plain ada' } });
  });

  it('refuses what is neither secret nor text beside a secret', () => {
    expect(() => evaluate({ a: 'x {{ $trigger.n ?? $secrets.own }}' }, { n: { a: 1 } })).toThrowError(
      expect.objectContaining({ code: 'secret_forged' }),
    );
  });

  it.each([
    ['data as it is', '{{ $trigger.x }}', { x: { $secret: 'stolen' } }],
    ['data inside a list', '{{ $trigger.x }}', { x: [1, { $secret: 'stolen' }] }],
    ['data deep inside', '{{ $trigger }}', { x: { y: { $secret: 'stolen' } } }],
    ['data beside a named secret', '{{ $trigger.x ?? $secrets.own }}', { x: { $secret: 'stolen' } }],
    ['an object the expression builds', "{{ ({ ['$sec' + 'ret']: $trigger.x }) }}", { x: 'stolen' }],
    ['data that looks like text with secrets', '{{ $trigger.x }}', { x: { $secret_text: ['a', { $secret: 'own' }] } }],
    ['data inside longer text', 'x {{ $trigger.x ?? $secrets.own }}', { x: { $secret: 'stolen' } }],
    ['a name that is not text', '{{ $trigger.x }}', { x: { $secret: ['own'] } }],
    ['a reference with something beside it', '{{ $secrets.own && $trigger.x }}', { x: { $secret: 'own', more: 1 } }],
  ])('refuses a forged reference: %s', (_title, expression, trigger) => {
    expect(() => evaluate({ a: expression }, trigger)).toThrowError(expect.objectContaining({ code: 'secret_forged' }));
  });

  it('refuses data too deep to look through', () => {
    let deep: unknown = { $secret: 'stolen' };
    for (let level = 0; level < 80; level += 1) deep = [deep];
    expect(() => evaluate({ a: '{{ $trigger }}' }, deep)).toThrowError(
      expect.objectContaining({ code: 'secret_forged' }),
    );
  });

  it('leaves other fields alone, where nothing resolves a reference', () => {
    const config = compileConfig({ open: '{{ $trigger }}' }, schema, undefined);
    expect(config.evaluate(scope({ $secret: 'x' }) as never)).toEqual({ open: { $secret: 'x' } });
  });
});
