export { eventStoreContract } from './event-store-contract.ts';
export type { EventStoreHarness, EventStoreHarnessOptions, MakeEventStore } from './event-store-harness.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
