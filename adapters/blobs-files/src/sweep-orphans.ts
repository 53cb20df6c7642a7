import type { BlobStore } from '@conv3n/workflow';

const pageSize = 500;

/**
 * Removes the blobs of owners that are gone: a crash between writing a blob and committing the event that names it leaves some.
 * Run it before executions start, or `isAlive` must know those under way. Answers how many owners went.
 */
export async function sweepOrphans(
  blobs: BlobStore,
  isAlive: (owner: string) => Promise<boolean> | boolean,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  let after: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const owners = await blobs.owners({ limit: pageSize, ...(after !== undefined && { after }) });
    for (const owner of owners) {
      if (await isAlive(owner)) continue;
      await blobs.deleteOwner(owner);
      removed += 1;
    }
    after = owners[owners.length - 1];
    if (owners.length < pageSize || after === undefined) return removed;
  }
}
