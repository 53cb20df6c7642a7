export { type Given, type Outcome, type Specification, specify } from '../specification.ts';
export { type CheckpointStoreHarness, checkpointStoreContract } from './checkpoint-store-contract.ts';
export { type EventStoreContractOptions, eventStoreContract } from './event-store-contract.ts';
export type { EventStoreHarness, EventStoreHarnessOptions, MakeEventStore } from './event-store-harness.ts';
export { type ImmediateTimers, immediateTimers } from './immediate-timers.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
