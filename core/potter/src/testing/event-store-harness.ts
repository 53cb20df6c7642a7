import type { AtomicWrite, Clock } from '@conv3n/platform';
import type { EventStore } from '../event-store.ts';
import type { Upcasters } from '../upcaster.ts';

/** A store under test with a place in the same database that atomic writes fill. */
export interface EventStoreHarness {
  readonly store: EventStore;
  /** A write that adds `text` to the notes. */
  note(text: string): AtomicWrite;
  /** A write that adds `text` to the notes and then throws `error`. */
  noteAndThrow(text: string, error: Error): AtomicWrite;
  /** The committed notes in the order of their writes. */
  notes(): readonly string[];
  /** A store on the same data with other upcasters, after the first was closed; absent when data dies with the store. */
  reopen?(upcasters: Upcasters): Promise<EventStore>;
  dispose(): Promise<void>;
}

export interface EventStoreHarnessOptions {
  readonly clock: Clock;
  readonly upcasters?: Upcasters;
}

/** Makes a fresh, empty store. */
export type MakeEventStore = (options: EventStoreHarnessOptions) => Promise<EventStoreHarness>;
