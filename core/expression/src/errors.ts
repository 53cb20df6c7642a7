import { defineErrors } from '@conv3n/platform';

/** Every code this package raises. All carry `details` with `position`, `line`, `column`, `length` and `excerpt`. */
export const expressionErrors = defineErrors({
  expression_syntax: { kind: 'invalid', description: 'The text is not an expression of the language.' },
  expression_unknown_name: { kind: 'invalid', description: 'A root, function or method does not exist.' },
  expression_forbidden: { kind: 'invalid', description: 'The expression names something that is never reachable.' },
  expression_null_access: { kind: 'invalid', description: 'Something was read through null or undefined.' },
  expression_type: { kind: 'invalid', description: 'A value has the wrong type for what is done with it.' },
  expression_limit: { kind: 'invalid', description: 'The expression needs more steps or room than allowed.' },
});

/** A code of {@link expressionErrors}. */
export type ExpressionErrorCode = keyof typeof expressionErrors.definitions;

/** A failure inside an operation that does not know where it stands; the call site adds the position. */
export class Fault extends Error {
  readonly code: ExpressionErrorCode;

  constructor(code: ExpressionErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
