import type { Socket } from 'node:net';

const reasons: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'request_malformed',
    'The request headers are too large.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request_malformed', 'The request did not arrive in time.'],
};
const otherwise = ['400 Bad Request', 'request_malformed', 'The bytes received are not an HTTP request.'] as const;

/** Answers bytes that never became a request, and ends the connection. */
export function answerMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, message] = reasons[error.code ?? ''] ?? otherwise;
  const body = JSON.stringify({ error: { code, message, kind: 'invalid', retryable: false } });
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
  socket.destroySoon();
}
