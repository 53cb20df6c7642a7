import type { Clock, JsonValue, Log } from '@conv3n/platform';

/** A state kept so that a long stream need not be folded from its beginning. Never the truth: it may be lost at any time. */
export interface Snapshot {
  readonly stream: string;
  /** The last event that is folded in. */
  readonly version: number;
  /** Shape of `state`; another one than the program's is ignored. */
  readonly schemaVersion: number;
  readonly state: JsonValue;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** Port: one latest snapshot per stream. */
export interface SnapshotStore {
  load(stream: string): Promise<Snapshot | undefined>;
  /** Replaces the stream's snapshot. */
  save(snapshot: Snapshot): Promise<void>;
  delete(streams: readonly string[]): Promise<void>;
}

/** What a strategy knows. Versions may have jumped, so compare distances, not multiples. */
export interface SnapshotDue {
  /** 0 when there is none. */
  readonly lastVersion: number;
  readonly version: number;
  /** Of the last snapshot; infinite when there is none. */
  readonly ageMs: number;
}

/** Decides after an append whether to take a snapshot. */
export type SnapshotStrategy = (due: SnapshotDue) => boolean;

/** After at least `count` events since the last one. */
export function everyEvents(count: number): SnapshotStrategy {
  return ({ lastVersion, version }) => version - lastVersion >= count;
}

/** When the last one is at least `ms` old and something happened since. */
export function everyMs(ms: number): SnapshotStrategy {
  return ({ lastVersion, version, ageMs }) => version > lastVersion && ageMs >= ms;
}

/** When any of the strategies says so. */
export function anyOf(...strategies: readonly SnapshotStrategy[]): SnapshotStrategy {
  return (due) => strategies.some((strategy) => strategy(due));
}

/** How a command handler uses snapshots of one kind of state. */
export interface SnapshotPolicy<State> {
  readonly store: SnapshotStore;
  readonly strategy: SnapshotStrategy;
  /** Raise it whenever the state's shape or `evolve` changes; older snapshots are then ignored. */
  readonly schemaVersion: number;
  readonly clock: Clock;
  readonly log: Log;
  encode(state: State): JsonValue;
  /** May throw: the stream is then folded from its beginning. */
  decode(state: JsonValue): State;
}

export interface MemorySnapshotStoreOptions {
  /** The oldest beyond are dropped. @default 10000 */
  readonly maxSnapshots?: number;
}

/** Snapshots in memory. */
export function memorySnapshotStore({ maxSnapshots = 10_000 }: MemorySnapshotStoreOptions = {}): SnapshotStore {
  const snapshots = new Map<string, string>();
  return {
    async load(stream) {
      const text = snapshots.get(stream);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async save(snapshot) {
      snapshots.delete(snapshot.stream);
      snapshots.set(snapshot.stream, JSON.stringify(snapshot));
      if (snapshots.size > maxSnapshots) {
        const [oldest] = snapshots.keys();
        if (oldest !== undefined) snapshots.delete(oldest);
      }
    },
    async delete(streams) {
      for (const stream of streams) snapshots.delete(stream);
    },
  };
}
