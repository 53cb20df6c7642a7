import { type Conv3nError, defineErrors, isConv3nError } from '@conv3n/platform';

/** Error codes of outgoing requests. `details.beforeEffect` is true only when nothing of the request can have reached the other side. */
export const egressErrors = defineErrors({
  invalid_allow_entry: {
    kind: 'invalid',
    description: 'An entry of the allow-list is neither CIDR, address nor host.',
  },
  invalid_request: {
    kind: 'invalid',
    description: 'The request cannot be sent as written: its URL, method or headers.',
  },
  egress_denied: { kind: 'denied', description: 'The address or host may not be reached from here.' },
  dns_failed: { kind: 'unavailable', description: 'The host name could not be resolved; nothing was sent.' },
  connection_refused: { kind: 'unavailable', description: 'No connection could be made; nothing was sent.' },
  tls_failed: {
    kind: 'unavailable',
    description: 'The TLS handshake or the certificate check failed; nothing was sent.',
  },
  connect_timeout: { kind: 'timeout', description: 'No connection was ready in time; nothing was sent.' },
  egress_overloaded: { kind: 'exhausted', description: 'Connections to too many hosts are open; nothing was sent.' },
  egress_closed: { kind: 'unavailable', description: 'The client was closed.', retryable: false },
  request_cancelled: { kind: 'cancelled', description: 'The caller no longer wants the response.' },
  response_timeout: { kind: 'timeout', description: 'The request was sent and no complete response came in time.' },
  connection_lost: { kind: 'unavailable', description: 'The connection ended after the request was sent.' },
  response_too_large: { kind: 'too_large', description: 'The response is larger than the caller accepts.' },
  response_invalid: {
    kind: 'unavailable',
    description: 'The other side answered something that is not HTTP or not what its headers say.',
    retryable: false,
  },
  too_many_redirects: {
    kind: 'unavailable',
    description: 'The other side redirected more often than the caller follows.',
    retryable: false,
  },
});

/** Codes {@link egressErrors} knows. */
export type EgressErrorCode = keyof typeof egressErrors.definitions;

/** An error raised while nothing of the request can have reached the other side. */
export function beforeEffect(code: EgressErrorCode, message: string, cause?: unknown): Conv3nError {
  return egressErrors.error(code, message, { details: { beforeEffect: true }, ...(cause !== undefined && { cause }) });
}

/** An error raised when the other side may have seen the request. */
export function afterSending(code: EgressErrorCode, message: string, cause?: unknown): Conv3nError {
  return egressErrors.error(code, message, { details: { beforeEffect: false }, ...(cause !== undefined && { cause }) });
}

/** True when the error proves that the request had no effect, so repeating it is harmless. */
export function isBeforeEffect(error: unknown): boolean {
  return isConv3nError(error) && error.details?.['beforeEffect'] === true;
}
