export * from './client.gen.ts';
export { type ApiViolation, Conv3nApiError } from './errors.ts';
export type { RetryOptions } from './retry.ts';
export { type ServerSentEvent, type SseParser, sseParser } from './sse.ts';
export type { CallOptions, ClientOptions, StreamEvent } from './transport.ts';
