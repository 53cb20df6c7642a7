import { Compilation, type Reference } from './compile/compilation.ts';
import { compileNode } from './compile/compile-node.ts';
import { charge, type Evaluate, Frame, type Scope } from './frame.ts';
import { outcomeOf } from './language/outcome.ts';
import { Parser } from './language/parser.ts';
import { type Limits, resolveLimits } from './limits.ts';
import { checkPlain, settle } from './settle.ts';
import { errorAt, Site, type Span } from './source.ts';

/** The roots of a workflow, as in the contract. */
export const standardRoots: readonly string[] = Object.freeze([
  '$node',
  '$input',
  '$trigger',
  '$vars',
  '$env',
  '$secrets',
  '$execution',
  '$workflow',
  '$item',
  '$index',
  '$error',
]);

/** How to compile. */
export interface CompileOptions {
  /** Names of the roots that may be read, with the dollar sign. @default standardRoots */
  readonly roots?: readonly string[];
  /** Overrides of {@link import('./limits.ts').defaultLimits}. */
  readonly limits?: Partial<Limits>;
}

/** An expression, ready to run any number of times. */
export interface CompiledExpression {
  readonly source: string;
  /** What it reads from the roots, as far as that is known without running. */
  readonly references: readonly Reference[];
  /**
   * The value: a primitive, or plain JSON-like data. What is read from the roots comes back as it is, not copied.
   * @throws Conv3nError with a code of `expressionErrors`
   */
  evaluate(scope: Scope): unknown;
}

/** Options with everything filled in; made once for many sources. */
export interface ResolvedOptions {
  readonly roots: ReadonlySet<string>;
  readonly limits: Limits;
}

export function resolveOptions(options: CompileOptions = {}): ResolvedOptions {
  return { roots: new Set(options.roots ?? standardRoots), limits: resolveLimits(options.limits) };
}

/** @throws Conv3nError `expression_limit` for a text over the limit */
export function checkLength(text: string, limit: number): void {
  if (text.length <= limit) return;
  const message = `The text has ${text.length} characters; at most ${limit} are allowed. Split it.`;
  throw errorAt(text, { start: limit, end: text.length }, 'expression_limit', message);
}

/** One expression inside a text, as closures for the frame its owner makes. */
export interface Part extends Span {
  readonly run: Evaluate;
  readonly references: readonly Reference[];
  readonly slots: number;
}

/**
 * Compiles the expression that begins at `start`. `finish` checks what follows it, so that a mistake in the syntax is
 * reported before one in the meaning.
 */
export function compilePart(
  text: string,
  start: number,
  options: ResolvedOptions,
  finish: (parser: Parser) => void,
): Part {
  const end = Math.min(text.length, start + options.limits.maxSourceLength);
  const parser = new Parser(text, start, end, options.limits);
  const node = parser.expression();
  const partEnd = parser.previousEnd;
  finish(parser);
  const compilation = new Compilation(text, options.roots, options.limits, compileNode);
  const inner = compilation.compile(node);
  const site = new Site(text, node);
  const outcome = outcomeOf(node);
  const cost = node.weight;
  const run: Evaluate = (frame) => {
    try {
      charge(frame, cost);
      const value = inner(frame);
      if (outcome === 'scalar') return value;
      if (outcome === 'built') return settle(frame, value);
      if (typeof value !== 'object') checkPlain(value);
      return value;
    } catch (thrown) {
      throw site.locate(thrown);
    }
  };
  const { references, slots } = compilation;
  return { run, references, slots, start: node.start, end: partEnd };
}

/** Where an expression begins, and whether braces stand around it. */
function opening(text: string): { start: number; braced: boolean } {
  const first = text.search(/[^\s]/);
  return first >= 0 && text.startsWith('{{', first) ? { start: first + 2, braced: true } : { start: 0, braced: false };
}

/**
 * Compiles one expression, with or without `{{ }}` around it.
 * @throws Conv3nError with a code of `expressionErrors` and the position in `source`
 */
export function compileExpression(source: string, options?: CompileOptions): CompiledExpression {
  const resolved = resolveOptions(options);
  checkLength(source, resolved.limits.maxSourceLength);
  const { start, braced } = opening(source);
  const { run, slots, references } = compilePart(source, start, resolved, (parser) => {
    if (braced) parser.expectClosingBraces();
    if (parser.token.kind !== 'end' || !parser.reachedEnd) throw parser.unexpected();
  });
  const { limits } = resolved;
  return Object.freeze({
    source,
    references: Object.freeze([...references]),
    evaluate: (scope: Scope) => run(new Frame(scope, limits, slots)),
  });
}
