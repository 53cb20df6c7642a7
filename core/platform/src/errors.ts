/**
 * The one error of the house.
 *
 * - `code` is stable snake_case, never reused, and stands in a registry made with {@link defineErrors}.
 * - `kind` classifies without naming a wire; the mapping to HTTP and gRPC lives in `core/nexus`.
 * - Recognise errors with {@link isConv3nError}: a brand, so duplicate installs agree.
 */

/** What class of failure an error is, independent of any wire. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'denied'
  | 'not_found'
  | 'conflict'
  | 'precondition'
  | 'exhausted'
  | 'too_large'
  | 'misdirected'
  | 'unsupported'
  | 'unavailable'
  | 'timeout'
  | 'cancelled'
  | 'internal';

/** One violation inside a larger input: where, which rule, what to do. */
export interface Violation {
  /** Dotted path from the root of the input, such as `nodes.total.config.set`; empty for the root. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The serialisable shape of an error: what is stored in events and sent on wires. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly kind: ErrorKind;
  readonly violations?: readonly Violation[];
  /** Further facts for programs; JSON, without secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Conv3nErrorOptions {
  readonly kind?: ErrorKind;
  readonly cause?: unknown;
  /** @default true for kinds `exhausted`, `unavailable` and `timeout`, else false */
  readonly retryable?: boolean;
  readonly violations?: readonly Violation[];
  readonly details?: Readonly<Record<string, unknown>>;
}

const brand: unique symbol = Symbol.for('conv3n.error') as never;
const retryableKinds: ReadonlySet<ErrorKind> = new Set(['exhausted', 'unavailable', 'timeout']);

/** An error with a stable code. Throw it through a registry's `error()` where one exists. */
export class Conv3nError extends Error {
  readonly [brand] = true;
  readonly code: string;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly violations: readonly Violation[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, options: Conv3nErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Conv3nError';
    this.code = code;
    this.kind = options.kind ?? 'internal';
    this.retryable = options.retryable ?? retryableKinds.has(this.kind);
    this.violations = options.violations;
    this.details = options.details;
  }

  toDetail(): ErrorDetail {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      kind: this.kind,
      ...(this.violations && { violations: this.violations }),
      ...(this.details && { details: this.details }),
    };
  }
}

/** True for any {@link Conv3nError}, also from another copy of this package; with `code`, only for that code. */
export function isConv3nError(value: unknown, code?: string): value is Conv3nError {
  return (
    typeof value === 'object' &&
    value !== null &&
    brand in value &&
    (code === undefined || (value as Conv3nError).code === code)
  );
}

/** Any thrown value as a {@link Conv3nError}: unchanged if it is one, else `internal_error` with the value as cause. */
export function toConv3nError(value: unknown): Conv3nError {
  if (isConv3nError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return new Conv3nError('internal_error', message || 'An unexpected error without a message.', { cause: value });
}

/** An error rebuilt from its serialised detail, for callers on the far side of a wire or a stored event. */
export function fromErrorDetail(detail: ErrorDetail): Conv3nError {
  return new Conv3nError(detail.code, detail.message, {
    kind: detail.kind,
    retryable: detail.retryable,
    ...(detail.violations && { violations: detail.violations }),
    ...(detail.details && { details: detail.details }),
  });
}

/** A registry entry: the kind, and what the code means, for the reference docs. */
export interface ErrorDefinition {
  readonly kind: ErrorKind;
  readonly description: string;
  readonly retryable?: boolean;
}

export interface ErrorRegistry<Code extends string> {
  readonly definitions: Readonly<Record<Code, ErrorDefinition>>;
  /** Builds the error of a registered code. The message says what happened and what to do. */
  error(code: Code, message: string, options?: Omit<Conv3nErrorOptions, 'kind'>): Conv3nError;
}

/** Declares the codes of one package. Each package keeps exactly one registry, in `src/errors.ts`. */
export function defineErrors<const Definitions extends Readonly<Record<string, ErrorDefinition>>>(
  definitions: Definitions,
): ErrorRegistry<keyof Definitions & string> {
  return {
    definitions,
    error(code, message, options = {}) {
      const definition = definitions[code] as ErrorDefinition;
      return new Conv3nError(code, message, {
        ...(definition.retryable !== undefined && { retryable: definition.retryable }),
        ...options,
        kind: definition.kind,
      });
    },
  };
}
