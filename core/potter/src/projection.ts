import type { AtomicWrite } from '@conv3n/platform';
import type { RecordedEvent } from './event.ts';

/**
 * A read model that follows the store. What `apply` returns commits together with the checkpoint, so each event is taken
 * exactly once, also after a crash; `apply` itself may run again and must have no effect of its own.
 */
export interface Projection {
  /** Unique in a database; names the checkpoint. */
  readonly name: string;
  /** Only streams whose name starts so. */
  readonly streamPrefix?: string;
  /** Only these types; absent means all. */
  readonly types?: ReadonlySet<string>;
  apply(event: RecordedEvent): Promise<readonly AtomicWrite[]> | readonly AtomicWrite[];
  /** Empties the read model for a rebuild. */
  reset?(): readonly AtomicWrite[];
}

/**
 * - `catching_up`: events behind it are being taken
 * - `live`: it stands at the end and waits
 * - `retrying`: an event or its commit failed and is tried again
 * - `failed`: it stopped for good, see `error`
 * - `stopped`: before start, or after its signal aborted
 */
export type ProjectionState = 'catching_up' | 'live' | 'retrying' | 'failed' | 'stopped';

/** Where a projection stands. */
export interface ProjectionStatus {
  readonly name: string;
  readonly state: ProjectionState;
  /** Of the last event taken or skipped by its filter. */
  readonly position: number;
  /** Since start. */
  readonly applied: number;
  readonly parked: number;
  /** The last failure; kept until the next success. */
  readonly error?: string;
}
