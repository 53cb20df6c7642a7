import { Conv3nApiError } from '@conv3n/sdk';

/** True for failures of a call, answered by the server or found by the client. */
export function isApiError(error: unknown): error is Conv3nApiError {
  return error instanceof Conv3nApiError;
}

/** What to tell a person about any failure. */
export function errorText(error: unknown): string {
  if (isApiError(error) && error.code === 'connection_failed')
    return 'The server does not answer. Check that it is running.';
  return error instanceof Error ? error.message : String(error);
}
