import type { Reference } from './compile/compilation.ts';
import { dateText } from './convert.ts';
import {
  type CompileOptions,
  checkLength,
  compilePart,
  type Part,
  type ResolvedOptions,
  resolveOptions,
} from './expression.ts';
import { Frame, reserveText, type Scope } from './frame.ts';
import type { Parser } from './language/parser.ts';
import { jsonText } from './methods/json.ts';
import { Site, type Span } from './source.ts';

/** A piece of a template: text as it will be printed, or an expression with its place in the text. */
export type TemplatePart =
  | { readonly type: 'text'; readonly text: string }
  | ({ readonly type: 'expression'; readonly source: string } & Span);

/** A text with `{{ expressions }}` taken apart. */
export interface Template {
  readonly source: string;
  readonly parts: readonly TemplatePart[];
}

/** A template, ready to run. */
export interface CompiledTemplate {
  readonly source: string;
  readonly references: readonly Reference[];
  /** The text when no expression is inside, else undefined. */
  readonly constant: string | undefined;
  /**
   * The value of its only expression with its type, or text with all expressions printed into it.
   * @throws Conv3nError with a code of `expressionErrors`
   */
  evaluate(scope: Scope): unknown;
}

type CompiledPart = string | (Part & { readonly site: Site });

function unclosed(parser: Parser, open: number): Error {
  if (parser.token.kind !== 'end' || !parser.reachedEnd) return parser.unexpected(parser.token, '"}}"');
  return parser.fail('expression_syntax', 'The braces "{{" have no end. Add "}}".', { start: open, end: open + 2 });
}

/**
 * Splits a text at `{{`. Backslashes right before it: each pair is one backslash, an odd one makes the braces literal.
 * An expression ends where the parser completes it, so `}}` inside texts and objects does not end it.
 */
function split(text: string, options: ResolvedOptions): CompiledPart[] {
  checkLength(text, options.limits.maxTemplateLength);
  const parts: CompiledPart[] = [];
  let literal = '';
  let from = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', from)) {
    let slashes = 0;
    while (open - slashes > from && text[open - slashes - 1] === '\\') slashes++;
    literal += text.slice(from, open - slashes) + '\\'.repeat(slashes >> 1);
    if (slashes % 2 === 1) {
      literal += '{{';
      from = open + 2;
      continue;
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    const part = compilePart(text, open + 2, options, (parser) => {
      if (!parser.closesBraces) throw unclosed(parser, open);
      from = parser.token.start + 2;
    });
    parts.push({ ...part, site: new Site(text, part) });
  }
  literal += text.slice(from);
  if (literal !== '') parts.push(literal);
  return parts;
}

/**
 * Takes a text apart into literal text and expressions.
 * @throws Conv3nError with a code of `expressionErrors` when an expression in it is wrong
 */
export function parseTemplate(text: string, options?: CompileOptions): Template {
  const parts = split(text, resolveOptions(options)).map(
    (part): TemplatePart =>
      typeof part === 'string'
        ? { type: 'text', text: part }
        : { type: 'expression', source: text.slice(part.start, part.end), start: part.start, end: part.end },
  );
  return { source: text, parts };
}

/** The text that, used as a template, yields exactly `text`. */
export function escapeTemplate(text: string): string {
  return text.replace(/(\\*)\{\{/g, (_match, slashes: string) => `${slashes}${slashes}\\{{`);
}

/** A value as it is printed inside a longer text. */
function print(frame: Frame, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return value instanceof Date ? dateText(value) : (jsonText(frame, value) ?? '');
  return String(value);
}

/** A template as a closure for the frame its owner makes. */
export interface TemplateRun {
  readonly references: readonly Reference[];
  readonly slots: number;
  readonly constant: string | undefined;
  readonly run: (frame: Frame) => unknown;
}

export function compileTemplateRun(text: string, options: ResolvedOptions): TemplateRun {
  if (!text.includes('{{')) {
    checkLength(text, options.limits.maxStringLength);
    return { references: [], slots: 0, constant: text, run: () => text };
  }
  const parts = split(text, options);
  const expressions = parts.filter((part) => typeof part !== 'string');
  const references = expressions.flatMap((part) => part.references);
  const slots = expressions.reduce((most, part) => Math.max(most, part.slots), 0);
  if (expressions.length === 0) {
    const constant = parts.join('');
    return { references, slots, constant, run: () => constant };
  }
  const only = parts.length === 1 ? expressions[0] : undefined;
  if (only) return { references, slots, constant: undefined, run: only.run };
  const run = (frame: Frame): string => {
    let result = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        result += part;
        continue;
      }
      const value = part.run(frame);
      try {
        const printed = print(frame, value);
        reserveText(frame, result.length + printed.length);
        result += printed;
      } catch (thrown) {
        throw part.site.locate(thrown);
      }
    }
    return result;
  };
  return { references, slots, constant: undefined, run };
}

/**
 * Compiles a text with expressions in it.
 * @throws Conv3nError with a code of `expressionErrors` and the position in `text`
 */
export function compileTemplate(text: string, options?: CompileOptions): CompiledTemplate {
  const resolved = resolveOptions(options);
  const { references, slots, constant, run } = compileTemplateRun(text, resolved);
  return Object.freeze({
    source: text,
    references: Object.freeze([...references]),
    constant,
    evaluate: (scope: Scope) => (constant === undefined ? run(new Frame(scope, resolved.limits, slots)) : constant),
  });
}
