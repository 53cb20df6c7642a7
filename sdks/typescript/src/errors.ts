/** One place of an input that breaks its schema. */
export interface ApiViolation {
  /** Dotted path from the root of the input. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What {@link Conv3nApiError} is made of. */
export interface ApiErrorParts {
  readonly code: string;
  readonly message: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly retryable: boolean;
  readonly kind?: string | undefined;
  readonly violations?: readonly ApiViolation[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/**
 * A call that failed. `code` is the server's stable code, or one of this client: `connection_failed`, `client_timeout`, `unexpected_response`,
 * `stream_interrupted`, `event_too_large`.
 */
export class Conv3nApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly kind: string | undefined;
  readonly violations: readonly ApiViolation[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;

  constructor(parts: ApiErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'Conv3nApiError';
    this.code = parts.code;
    this.status = parts.status;
    this.retryable = parts.retryable;
    this.kind = parts.kind;
    this.violations = parts.violations ?? [];
    this.details = parts.details ?? {};
    this.requestId = parts.requestId;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The error of a failure envelope; `unexpected_response` when the body is none. */
export function apiErrorFrom(status: number, body: unknown, requestIdHeader: string | null): Conv3nApiError {
  const envelope = isRecord(body) ? body : {};
  const error = isRecord(envelope['error']) ? envelope['error'] : {};
  const metadata = isRecord(envelope['metadata']) ? envelope['metadata'] : {};
  const code = textOf(error['code']);
  return new Conv3nApiError({
    code: code ?? 'unexpected_response',
    message:
      textOf(error['message']) ?? `The server answered with status ${status} and no error the client understands.`,
    status,
    retryable: code === undefined ? status >= 502 && status <= 504 : error['retryable'] === true,
    kind: textOf(error['kind']),
    violations: Array.isArray(error['violations']) ? (error['violations'] as ApiViolation[]) : undefined,
    details: isRecord(error['details']) ? error['details'] : undefined,
    requestId: textOf(metadata['request_id']) ?? requestIdHeader ?? undefined,
  });
}
