export type { EventStreamOptions } from './event-stream.ts';
export { createNexusHttp, type NexusHttp, type NexusHttpOptions } from './nexus-http.ts';
export type { ReferenceOptions } from './reference-pages.ts';
