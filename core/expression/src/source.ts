import { type Conv3nError, isConv3nError } from '@conv3n/platform';
import { type ExpressionErrorCode, expressionErrors, Fault } from './errors.ts';

/** A half-open range of offsets in a source text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const maxExcerpt = 80;

/** The text of a range, on one line and cut to a printable length. */
export function excerpt(text: string, span: Span): string {
  const part = text.slice(span.start, Math.min(span.end, span.start + maxExcerpt));
  return (span.end - span.start > maxExcerpt ? `${part}...` : part).replace(/\s+/g, ' ');
}

/** An error of this package at a range of a text; `details` holds position, line, column, length and excerpt. */
export function errorAt(
  text: string,
  span: Span,
  code: ExpressionErrorCode,
  message: string,
  cause?: unknown,
): Conv3nError {
  const before = text.slice(0, span.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++;
  const column = span.start - lineStart + 1;
  return expressionErrors.error(code, `${message} (line ${line}, column ${column})`, {
    ...(cause !== undefined && { cause }),
    details: {
      position: span.start,
      line,
      column,
      length: Math.max(0, span.end - span.start),
      excerpt: excerpt(text, span),
    },
  });
}

/** A place in a source that can fail while the expression runs. */
export class Site {
  readonly text: string;
  readonly span: Span;

  constructor(text: string, span: Span) {
    this.text = text;
    this.span = span;
  }

  error(code: ExpressionErrorCode, message: string): Conv3nError {
    return errorAt(this.text, this.span, code, message);
  }

  /** Anything thrown below this place as an error with a position. The innermost place wins. */
  locate(thrown: unknown): Conv3nError {
    if (isConv3nError(thrown)) return thrown;
    if (thrown instanceof Fault) return this.error(thrown.code, thrown.message);
    if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
      return this.error('expression_limit', 'The expression nests too deeply. Split it into several nodes.');
    }
    const message = thrown instanceof Error ? thrown.message : 'The operation failed.';
    return errorAt(this.text, this.span, 'expression_type', `${message}.`.replace(/\.\.$/, '.'), thrown);
  }
}
