import type { Violation } from '@conv3n/platform';

/** A failure answered by the server, or `unreachable` when there was no answer. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly violations: readonly Violation[];
  readonly requestId: string | undefined;

  constructor(
    code: string,
    message: string,
    status: number,
    more?: { readonly violations?: readonly Violation[] | undefined; readonly requestId?: string | undefined },
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.violations = more?.violations ?? [];
    this.requestId = more?.requestId;
  }
}

/** True for failures the server answered. */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

/** What to tell a person about any failure. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
