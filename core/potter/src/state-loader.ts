import type { Decider } from './decider.ts';
import type { DomainEvent } from './event.ts';
import { eventLimits } from './event-limits.ts';
import type { EventStore } from './event-store.ts';
import type { SnapshotPolicy } from './snapshot.ts';

/** The state of a stream at a version. */
export interface LoadedState<State> {
  readonly state: State;
  /** 0 when the stream does not exist. */
  readonly version: number;
  /** Version and time of the snapshot it began with; 0 and -Infinity without one. */
  readonly snapshotVersion: number;
  readonly snapshotTime: number;
}

export interface StateLoaderOptions<Command, Event extends DomainEvent<string, object>, State> {
  readonly store: EventStore;
  readonly decider: Decider<Command, Event, State>;
  readonly snapshots?: SnapshotPolicy<State>;
}

/** Folds the stream, from its snapshot where there is a usable one. */
export async function loadState<Command, Event extends DomainEvent<string, object>, State>(
  options: StateLoaderOptions<Command, Event, State>,
  stream: string,
  signal: AbortSignal,
): Promise<LoadedState<State>> {
  const start = await fromSnapshot(options, stream);
  const loaded = await foldFrom(options, stream, start, Number.POSITIVE_INFINITY, signal);
  // A snapshot ahead of its stream comes from a lost future, such as a store restored from an older backup.
  const stale =
    start.version > 0 &&
    loaded.version === start.version &&
    (await options.store.streamVersion(stream)) !== start.version;
  return stale ? foldFrom(options, stream, beginning(options.decider), Number.POSITIVE_INFINITY, signal) : loaded;
}

/** Time travel: the state as it was at `version` (or at the end, when the stream is shorter). */
export function loadStateAt<Command, Event extends DomainEvent<string, object>, State>(
  options: StateLoaderOptions<Command, Event, State>,
  stream: string,
  version: number,
  signal: AbortSignal,
): Promise<LoadedState<State>> {
  return foldFrom(options, stream, beginning(options.decider), version, signal);
}

function beginning<Command, Event extends DomainEvent<string, object>, State>(
  decider: Decider<Command, Event, State>,
): LoadedState<State> {
  return { state: decider.initialState, version: 0, snapshotVersion: 0, snapshotTime: Number.NEGATIVE_INFINITY };
}

async function fromSnapshot<Command, Event extends DomainEvent<string, object>, State>(
  { decider, snapshots }: StateLoaderOptions<Command, Event, State>,
  stream: string,
): Promise<LoadedState<State>> {
  if (!snapshots) return beginning(decider);
  try {
    const snapshot = await snapshots.store.load(stream);
    if (snapshot?.schemaVersion !== snapshots.schemaVersion) return beginning(decider);
    return {
      state: snapshots.decode(snapshot.state),
      version: snapshot.version,
      snapshotVersion: snapshot.version,
      snapshotTime: snapshot.time,
    };
  } catch (error) {
    snapshots.log.write('warn', 'snapshot unusable, folding the whole stream', { stream, error: String(error) });
    return beginning(decider);
  }
}

async function foldFrom<Command, Event extends DomainEvent<string, object>, State>(
  { store, decider }: StateLoaderOptions<Command, Event, State>,
  stream: string,
  start: LoadedState<State>,
  lastVersion: number,
  signal: AbortSignal,
): Promise<LoadedState<State>> {
  let { state, version } = start;
  for (;;) {
    signal.throwIfAborted();
    const limit = Math.min(eventLimits.defaultReadLimit, lastVersion - version);
    if (limit < 1) return { ...start, state, version };
    const page = await store.readStream(stream, { afterVersion: version, limit });
    for (const event of page) {
      state = decider.evolve(state, event as DomainEvent<string, object> as Event);
      version = event.version;
    }
    if (page.length < limit) return { ...start, state, version };
  }
}
