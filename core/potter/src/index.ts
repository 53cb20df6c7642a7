export { potterErrors } from './errors.ts';
export type { DomainEvent, EventMetadata, RecordedEvent } from './event.ts';
export {
  checkDeletion,
  checkStreamName,
  checkWrites,
  type EncodedEvent,
  encodeEvents,
  encodeMetadata,
  eventLimits,
  readLimit,
} from './event-limits.ts';
export type {
  AppendOptions,
  AppendResult,
  EventStore,
  ExpectedVersion,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from './event-store.ts';
export { LiveFeed, type LiveFeedOptions } from './live-feed.ts';
export {
  eventStoreClosed,
  type MemoryEventStoreOptions,
  memoryEventStore,
  streamDeleted,
} from './memory-event-store.ts';
export { type MemoryTransaction, memoryAtomicWrite } from './memory-transaction.ts';
export { checkVersion } from './stream-version.ts';
export { currentSchemaVersion, type Upcast, type Upcasters, upcastEvent } from './upcaster.ts';
