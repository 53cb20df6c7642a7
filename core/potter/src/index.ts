export {
  type CheckpointStore,
  type MemoryCheckpointsOptions,
  memoryCheckpoints,
  type ParkedEvent,
} from './checkpoint.ts';
export { type CommandBus, commandBus } from './command-bus.ts';
export {
  type CommandHandler,
  type CommandHandlerOptions,
  commandHandler,
  type Handled,
  type HandleOptions,
} from './command-handler.ts';
export { type Decider, fold } from './decider.ts';
export { potterErrors } from './errors.ts';
export type { DomainEvent, EventMetadata, RecordedEvent } from './event.ts';
// For those who write stores.
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
export type { InlineProjection, PendingEvent } from './inline-projection.ts';
export { type Invocation, type InvocationOutcome, Invoker, type InvokerOptions } from './invoker.ts';
export { LiveFeed, type LiveFeedOptions } from './live-feed.ts';
export {
  eventStoreClosed,
  type MemoryEventStoreOptions,
  memoryEventStore,
  streamDeleted,
} from './memory-event-store.ts';
export { type MemoryTransaction, memoryAtomicWrite } from './memory-transaction.ts';
export { type BusClosed, type BusOptions, handles, type Registration } from './message-bus.ts';
export {
  type CommandType,
  defineCommand,
  defineEvent,
  defineQuery,
  type EventType,
  type MessageOptions,
  type MessageType,
  type QueryType,
} from './messages.ts';
export { type MessageCall, type Middleware, standardOrder } from './middleware.ts';
export type { Projection, ProjectionState, ProjectionStatus } from './projection.ts';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner.ts';
export { type QueryBus, queryBus } from './query-bus.ts';
export {
  anyOf,
  everyEvents,
  everyMs,
  type MemorySnapshotStoreOptions,
  memorySnapshotStore,
  type Snapshot,
  type SnapshotDue,
  type SnapshotPolicy,
  type SnapshotStore,
  type SnapshotStrategy,
} from './snapshot.ts';
export { authorizing, type RetryingOptions, retrying, validating } from './standard-middleware.ts';
export { type LoadedState, loadState, loadStateAt, type StateLoaderOptions } from './state-loader.ts';
export {
  type Guard,
  type MachineEffect,
  type MachineState,
  type MachineStep,
  type StateMachine,
  type StateMachineTable,
  stateMachine,
  type Transition,
} from './state-machine.ts';
export { checkVersion } from './stream-version.ts';
export type { Upcast, Upcasters } from './upcaster.ts';
export { currentSchemaVersion, upcastEvent } from './upcaster.ts';
