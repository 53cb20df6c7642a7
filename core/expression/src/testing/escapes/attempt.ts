import type { ExpressionErrorCode } from '../../errors.ts';

/** One attempt to get out of an expression or to exhaust its host, and how it must end. */
export interface EscapeAttempt {
  /** What the attempt tries, such as `constructor chain`. */
  readonly family: string;
  readonly source: string;
  /** Rejected with a code, or evaluated to a harmless value. */
  readonly outcome: { readonly code: ExpressionErrorCode } | { readonly value: unknown };
}

/** Attempts of one family that end with the same code. */
export function rejected(family: string, code: ExpressionErrorCode, sources: readonly string[]): EscapeAttempt[] {
  return sources.map((source) => ({ family, source, outcome: { code } }));
}

/** Attempts of one family that evaluate to values without any power. */
export function harmless(family: string, pairs: readonly (readonly [string, unknown])[]): EscapeAttempt[] {
  return pairs.map(([source, value]) => ({ family, source, outcome: { value } }));
}
