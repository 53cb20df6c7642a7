import { type AtomicWrite, isConv3nError, type JsonObject } from '@conv3n/platform';
import { fold } from './decider.ts';
import { potterErrors } from './errors.ts';
import type { DomainEvent, EventMetadata } from './event.ts';
import type { InlineProjection } from './inline-projection.ts';
import type { SnapshotPolicy } from './snapshot.ts';
import { type LoadedState, loadState, type StateLoaderOptions } from './state-loader.ts';

export interface CommandHandlerOptions<Command, Event extends DomainEvent<string, object>, State>
  extends StateLoaderOptions<Command, Event, State> {
  /** Read models that commit with the events. */
  readonly projections?: readonly InlineProjection[];
  /** Attempts when others append to the stream meanwhile. @default 5 @limit 50 */
  readonly maxAttempts?: number;
}

export interface HandleOptions<State = unknown> {
  readonly signal: AbortSignal;
  readonly metadata?: EventMetadata;
  /** Refuses to act on any other version of the stream; then there is one attempt only. */
  readonly expectedVersion?: number;
  /** Further writes that commit with the events; asked at each attempt, and only when something happened. */
  readonly writes?: (change: { readonly before: State; readonly after: State }) => readonly AtomicWrite[];
}

/** What a command did. */
export interface Handled<Event extends DomainEvent<string, object>, State> {
  readonly events: readonly Event[];
  readonly state: State;
  /** Of the stream, after the events. */
  readonly version: number;
  /** Of the last event; absent when nothing happened. */
  readonly position?: number;
}

/** Runs commands of one decider on streams. */
export type CommandHandler<Command, Event extends DomainEvent<string, object>, State> = (
  stream: string,
  command: Command,
  options: HandleOptions<State>,
) => Promise<Handled<Event, State>>;

/**
 * Load, fold, decide, append; from the beginning again when somebody else appended meanwhile. `decide` may therefore run several times.
 *
 * @throws Conv3nError what `decide` throws, `conflicts_exhausted`, `version_conflict` with `expectedVersion`, and what the store throws
 */
export function commandHandler<Command, Event extends DomainEvent<string, object>, State>(
  options: CommandHandlerOptions<Command, Event, State>,
): CommandHandler<Command, Event, State> {
  const maxAttempts = Math.min(options.maxAttempts ?? 5, 50);
  return async (stream, command, handle) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce(options, stream, command, handle);
      } catch (error) {
        if (!isConv3nError(error, 'version_conflict') || handle.expectedVersion !== undefined) throw error;
        if (attempt >= maxAttempts) throw exhausted(stream, attempt, error);
      }
    }
  };
}

async function attemptOnce<Command, Event extends DomainEvent<string, object>, State>(
  options: CommandHandlerOptions<Command, Event, State>,
  stream: string,
  command: Command,
  { signal, metadata, expectedVersion, writes: further }: HandleOptions<State>,
): Promise<Handled<Event, State>> {
  const loaded = await loadState(options, stream, signal);
  if (expectedVersion !== undefined && expectedVersion !== loaded.version) {
    throw potterErrors.error(
      'version_conflict',
      `Stream ${stream} is at version ${loaded.version}, the caller saw ${expectedVersion}. Read it again.`,
      { details: { stream, expected: expectedVersion, actual: loaded.version } },
    );
  }
  const events = options.decider.decide(command, loaded.state);
  if (events.length === 0) return { events, state: loaded.state, version: loaded.version };
  const state = fold(options.decider, events, loaded.state);
  const writes = [
    ...inlineWrites(options.projections ?? [], stream, loaded.version, events),
    ...(further?.({ before: loaded.state, after: state }) ?? []),
  ];
  const { version, position } = await options.store.append(stream, loaded.version, events, {
    ...(metadata && { metadata }),
    writes,
  });
  if (options.snapshots) await takeSnapshot(options.snapshots, stream, loaded, state, version);
  return { events, state, version, position };
}

function inlineWrites(
  projections: readonly InlineProjection[],
  stream: string,
  version: number,
  events: readonly DomainEvent<string, object>[],
): readonly AtomicWrite[] {
  const pending = events.map((event, index) => ({
    stream,
    version: version + index + 1,
    type: event.type,
    data: event.data as JsonObject,
  }));
  return projections.flatMap((projection) => pending.flatMap((event) => [...projection.apply(event)]));
}

/** The events are committed whatever happens here, so a failure is a line in the log and a slower load next time. */
async function takeSnapshot<State>(
  policy: SnapshotPolicy<State>,
  stream: string,
  loaded: LoadedState<State>,
  state: State,
  version: number,
): Promise<void> {
  const time = policy.clock.now();
  if (!policy.strategy({ lastVersion: loaded.snapshotVersion, version, ageMs: time - loaded.snapshotTime })) return;
  try {
    await policy.store.save({
      stream,
      version,
      schemaVersion: policy.schemaVersion,
      state: policy.encode(state),
      time,
    });
  } catch (error) {
    policy.log.write('warn', 'snapshot not saved', { stream, version, error: String(error) });
  }
}

function exhausted(stream: string, attempts: number, cause: unknown) {
  return potterErrors.error(
    'conflicts_exhausted',
    `Others appended to ${stream} during each of ${attempts} attempts. Try again later.`,
    { cause, details: { stream, attempts } },
  );
}
