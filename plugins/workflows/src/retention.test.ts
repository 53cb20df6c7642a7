import { blobOwner } from '@conv3n/executor';
import { testPlatform } from '@conv3n/platform/testing';
import { memoryEventStore } from '@conv3n/potter';
import { type ExecutionSummary, memoryBlobStore, memoryExecutionIndex } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { executionStream } from './execution-stream.ts';
import { removeExpired, sweepBlobs } from './retention.ts';

const day = 86_400_000;

async function stores() {
  const platform = testPlatform();
  const eventStore = memoryEventStore(platform);
  const index = memoryExecutionIndex();
  const blobs = memoryBlobStore();
  const execution = async (more: Partial<ExecutionSummary> = {}) => {
    const id = platform.ids.next();
    const now = platform.clock.now();
    const summary: ExecutionSummary = {
      id,
      workflowId: null,
      workflowVersion: null,
      workflowName: 'Test',
      status: 'succeeded',
      trigger: 'api',
      createdAt: now,
      startedAt: now,
      finishedAt: now,
      errorCode: null,
      ...more,
    };
    await blobs.put(blobOwner(id), new Uint8Array(8));
    await eventStore.append(executionStream(id), 0, [{ type: 'execution_started', data: {} }], {
      writes: [index.put(summary)],
    });
    return id;
  };
  const left = async (id: string) => ({
    events: await eventStore.streamVersion(executionStream(id)),
    row: (await index.get(id)) !== undefined,
    blobs: (await blobs.owners({ limit: 100 })).includes(blobOwner(id)),
  });
  const expire = (options: { ageMs: number; count: number }) =>
    removeExpired({ eventStore, index, blobs }, options, platform.clock.now(), new AbortController().signal);
  const sweep = () => sweepBlobs({ eventStore, index, blobs }, platform.clock.now(), new AbortController().signal);
  return { platform, blobs, execution, left, expire, sweep };
}

const everything = { events: 1, row: true, blobs: true };
const nothing = { events: 0, row: false, blobs: false };

describe('retention', () => {
  it('removes what ended before the age, events, row and blobs together, and leaves open executions', async () => {
    const { platform, execution, left, expire } = await stores();
    const old = await execution();
    const open = await execution({ status: 'waiting', finishedAt: null });
    await platform.advance(2 * day);
    const young = await execution();
    expect(await expire({ ageMs: day, count: 100 })).toBe(1);
    expect([await left(old), await left(open), await left(young)]).toEqual([nothing, everything, everything]);
  });

  it('keeps the newest ended executions up to the count', async () => {
    const { platform, execution, left, expire } = await stores();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(await execution());
      await platform.advance(1);
    }
    expect(await expire({ ageMs: day, count: 2 })).toBe(3);
    const remaining = await Promise.all(ids.map(left));
    expect(remaining).toEqual([nothing, nothing, nothing, everything, everything]);
  });
});

describe('the sweep of blobs', () => {
  it('removes those whose execution is gone, and none of an execution that is there or may be about to start', async () => {
    const { platform, blobs, execution, left, sweep } = await stores();
    const present = await execution();
    const gone = blobOwner(platform.ids.next());
    await blobs.put(gone, new Uint8Array(1));
    await blobs.put('something-else', new Uint8Array(1));
    await platform.advance(3 * day);
    const starting = blobOwner(platform.ids.next());
    await blobs.put(starting, new Uint8Array(1));
    await sweep();
    expect(await left(present)).toEqual(everything);
    expect(await blobs.owners({ limit: 100 })).toEqual([blobOwner(present), starting, 'something-else'].sort());
  });
});
