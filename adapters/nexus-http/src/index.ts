export type { EventStreamOptions } from './event-stream.ts';
export { createNexusHttp, type NexusHttp, type NexusHttpOptions } from './nexus-http.ts';
