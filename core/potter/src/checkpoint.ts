import type { AtomicWrite } from '@conv3n/platform';
import type { RecordedEvent } from './event.ts';
import { memoryAtomicWrite } from './memory-transaction.ts';

/** An event a projection could not take, set aside so that the events behind it are not held up. */
export interface ParkedEvent {
  readonly projection: string;
  readonly position: number;
  readonly stream: string;
  readonly type: string;
  readonly error: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/**
 * Port: where each projection stands and what it parked. Writes are handed out, not performed, so that they commit with the
 * projection's own. Contract suite: `checkpointStoreContract` in `@conv3n/potter/testing`.
 */
export interface CheckpointStore {
  readonly backend: string;
  /** Position of the last event the projection has taken; 0 at the beginning. */
  load(projection: string): Promise<number>;
  save(projection: string, position: number): AtomicWrite;
  park(event: ParkedEvent): AtomicWrite;
  /** Parked events in position order, at most `limit`. */
  parked(projection: string, limit: number): Promise<readonly ParkedEvent[]>;
  /** Forgets the projection's checkpoint and parked events, for a rebuild. */
  clear(projection: string): AtomicWrite;
}

/** The parking entry of an event. */
export function parkedEvent(projection: string, event: RecordedEvent, error: unknown, time: number): ParkedEvent {
  const { position, stream, type } = event;
  return { projection, position, stream, type, error: String(error).slice(0, 1000), time };
}

export interface MemoryCheckpointsOptions {
  /** As that of the event store. @default 'memory' */
  readonly backend?: string;
  /** The oldest parked events beyond are forgotten. @default 1000 */
  readonly maxParked?: number;
}

/** Checkpoints in memory. */
export function memoryCheckpoints({
  backend = 'memory',
  maxParked = 1000,
}: MemoryCheckpointsOptions = {}): CheckpointStore {
  let positions: ReadonlyMap<string, number> = new Map();
  let parked: readonly ParkedEvent[] = [];
  const change = (make: () => void): AtomicWrite =>
    memoryAtomicWrite(backend, (transaction) => {
      const before = { positions, parked };
      transaction.onUndo(() => {
        ({ positions, parked } = before);
      });
      make();
    });
  return {
    backend,
    load: async (projection) => positions.get(projection) ?? 0,
    save: (projection, position) =>
      change(() => {
        positions = new Map(positions).set(projection, position);
      }),
    park: (event) =>
      change(() => {
        const others = parked.filter((p) => p.projection !== event.projection || p.position !== event.position);
        parked = [...others, event].slice(-maxParked);
      }),
    parked: async (projection, limit) => parked.filter((event) => event.projection === projection).slice(0, limit),
    clear: (projection) =>
      change(() => {
        positions = new Map([...positions].filter(([name]) => name !== projection));
        parked = parked.filter((event) => event.projection !== projection);
      }),
  };
}
