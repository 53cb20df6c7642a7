import { blobOwner } from '@conv3n/executor';
import type { EventStore } from '@conv3n/potter';
import type { PluginContext } from '@conv3n/runtime';
import type { BlobStore, ExecutionIndex } from '@conv3n/workflow';
import { executionStream } from './execution-stream.ts';
import { idempotencyKeyMs } from './idempotency.ts';

const everyMs = 600_000;
const sweepEveryMs = 86_400_000;
const pageSize = 500;
/** Beyond the time an idempotency key may hold an id back. */
const youngMs = 2 * idempotencyKeyMs;
const ownerPrefix = blobOwner('');

export interface RetentionOptions {
  /** Ended executions older than this go, in milliseconds. */
  readonly ageMs: number;
  /** At most this many ended executions stay. */
  readonly count: number;
}

export interface RetentionStores {
  readonly eventStore: EventStore;
  readonly index: ExecutionIndex;
  readonly blobs: BlobStore;
}

/**
 * Removes ended executions by age and count, at start and every ten minutes: events and list row in one commit, blobs after it. A crash in between
 * leaves blobs without an execution; the daily sweep finds them.
 */
export function startRetention(context: PluginContext, stores: RetentionStores, options: RetentionOptions): void {
  const { log, platform, signal } = context;
  let sweptAt = Number.NEGATIVE_INFINITY;
  const round = async (): Promise<void> => {
    try {
      const now = platform.clock.now();
      const removed = await removeExpired(stores, options, now, signal);
      if (removed > 0) log.write('info', 'Old executions removed', { removed });
      if (now - sweptAt >= sweepEveryMs) {
        await sweepBlobs(stores, now, signal);
        sweptAt = now;
      }
    } catch (error) {
      log.write('warn', 'Retention did not finish; it runs again later', { error: String(error) });
    }
    if (!signal.aborted) context.after(everyMs, () => void round());
  };
  context.after(0, () => void round());
}

/** Removes what is expired now and answers how many executions went. */
export async function removeExpired(
  stores: RetentionStores,
  options: RetentionOptions,
  now: number,
  signal: AbortSignal,
): Promise<number> {
  const { eventStore, index, blobs } = stores;
  let removed = 0;
  while (!signal.aborted) {
    const ids = await index.expired({ before: now - options.ageMs, keep: options.count, limit: pageSize });
    if (ids.length === 0) return removed;
    await eventStore.deleteStreams(ids.map(executionStream), [index.remove(ids)]);
    for (const id of ids) await blobs.deleteOwner(blobOwner(id));
    removed += ids.length;
  }
  return removed;
}

/**
 * Removes blobs whose execution is gone. Blobs are written before the event that names them, and an id may be bound to an idempotency key long
 * before its execution starts, so owners that young are left alone.
 */
export async function sweepBlobs(stores: RetentionStores, now: number, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  do {
    const owners = await stores.blobs.owners({ limit: pageSize, ...(after !== undefined && { after }) });
    for (const owner of owners) {
      if (signal.aborted) return;
      const id = owner.slice(ownerPrefix.length);
      const isOurs = owner.startsWith(ownerPrefix) && now - createdAt(id) > youngMs;
      if (isOurs && !(await stores.index.get(id))) await stores.blobs.deleteOwner(owner);
    }
    after = owners.length === pageSize ? owners.at(-1) : undefined;
  } while (after !== undefined);
}

/** The time in a UUIDv7, milliseconds since the Unix epoch; NaN for anything else. */
function createdAt(id: string): number {
  return Number.parseInt(id.slice(0, 13).replace('-', ''), 16);
}
