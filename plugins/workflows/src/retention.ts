import type { EventStore } from '@conv3n/potter';
import type { PluginContext } from '@conv3n/runtime';
import type { BlobStore, ExecutionIndex } from '@conv3n/workflow';

const everyMs = 600_000;
const pageSize = 500;

export interface RetentionOptions {
  /** Ended executions older than this go, in milliseconds. */
  readonly ageMs: number;
  /** At most this many ended executions stay. */
  readonly count: number;
}

interface Stores {
  readonly eventStore: EventStore;
  readonly index: ExecutionIndex;
  readonly blobs: BlobStore;
}

/**
 * Removes ended executions by age and count: events and list row in one commit, blobs after it. A crash in between leaves blobs without an
 * execution; the sweep at start finds them.
 */
export function startRetention(context: PluginContext, stores: Stores, options: RetentionOptions): void {
  const { log, platform } = context;
  const round = async (): Promise<void> => {
    try {
      const removed = await removeExpired(stores, options, platform.clock.now(), context.signal);
      if (removed > 0) log.write('info', 'Old executions removed', { removed });
    } catch (error) {
      log.write('warn', 'Retention did not finish; it runs again later', { error: String(error) });
    }
    if (!context.signal.aborted) context.after(everyMs, () => void round());
  };
  context.after(everyMs, () => void round());
}

/** Removes what is expired now and answers how many executions went. */
export async function removeExpired(
  stores: Stores,
  options: RetentionOptions,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const { eventStore, index, blobs } = stores;
  let removed = 0;
  while (!signal.aborted) {
    const ids = await index.expired({ before: now - options.ageMs, keep: options.count, limit: pageSize });
    if (ids.length === 0) return removed;
    await eventStore.deleteStreams(
      ids.map((id) => `execution-${id}`),
      [index.remove(ids)],
    );
    for (const id of ids) await blobs.deleteOwner(id);
    removed += ids.length;
  }
  return removed;
}

/** Removes blobs whose execution is gone. */
export async function sweepBlobs(stores: Stores, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  do {
    const owners = await stores.blobs.owners({ limit: pageSize, ...(after !== undefined && { after }) });
    for (const owner of owners) {
      if (signal.aborted) return;
      if (!(await stores.index.get(owner))) await stores.blobs.deleteOwner(owner);
    }
    after = owners.length === pageSize ? owners.at(-1) : undefined;
  } while (after !== undefined);
}
