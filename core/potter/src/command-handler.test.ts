import { describe, expect, test } from 'vitest';
import { type CounterCommand, type CounterEvent, type CounterState, counter } from '../test/counter.ts';
import { recordingLog } from '../test/recording-log.ts';
import { type CommandHandlerOptions, commandHandler } from './command-handler.ts';
import type { EventStore } from './event-store.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { memoryAtomicWrite } from './memory-transaction.ts';
import { anyOf, everyEvents, everyMs, memorySnapshotStore, type SnapshotPolicy } from './snapshot.ts';
import { loadState, loadStateAt } from './state-loader.ts';
import { manualClock } from './testing/manual-clock.ts';

const { signal } = new AbortController();
const clock = manualClock();
const refusal = (code: string) => expect.objectContaining({ code });

function setUp(options: Partial<CommandHandlerOptions<CounterCommand, CounterEvent, CounterState>> = {}) {
  const store = options.store ?? memoryEventStore({ clock });
  const all = { decider: counter, ...options, store };
  return { store, all, handle: commandHandler(all) };
}

/** A store where somebody else appends before each of the first `times` appends. */
function contended(times: number): EventStore {
  const store = memoryEventStore({ clock });
  let left = times;
  return Object.assign(Object.create(store) as EventStore, {
    backend: store.backend,
    append: async (...args: Parameters<EventStore['append']>) => {
      if (left-- > 0) await store.append(args[0], 'any', [{ type: 'Added', data: { amount: 1 } }]);
      return store.append(...args);
    },
    readStream: (...args: Parameters<EventStore['readStream']>) => store.readStream(...args),
    streamVersion: (stream: string) => store.streamVersion(stream),
  });
}

describe('a command handler', () => {
  test('decides on the folded state and appends what happened', async () => {
    const { handle, store } = setUp();
    expect(await handle('c', { add: 2 }, { signal, metadata: { actor: 'user:1' } })).toMatchObject({
      version: 1,
      state: { total: 2 },
    });
    expect(await handle('c', { add: -1 }, { signal })).toMatchObject({ version: 2, state: { total: 1 }, position: 2 });
    await expect(handle('c', { add: -5 }, { signal })).rejects.toEqual(refusal('counter_negative'));
    expect((await store.readStream('c')).map(({ metadata }) => metadata)).toEqual([{ actor: 'user:1' }, {}]);
  });

  test('appends nothing when nothing happened', async () => {
    const { handle, store } = setUp();
    expect(await handle('c', { empty: true }, { signal })).toEqual({ events: [], state: { total: 0 }, version: 0 });
    expect(await store.readAll()).toEqual([]);
  });

  test('decides anew when others appended meanwhile', async () => {
    const { handle } = setUp({ store: contended(3) });
    expect(await handle('c', { add: 10 }, { signal })).toMatchObject({ version: 4, state: { total: 13 } });
  });

  test('gives up after the allowed attempts', async () => {
    const { handle } = setUp({ store: contended(99), maxAttempts: 4 });
    await expect(handle('c', { add: 1 }, { signal })).rejects.toMatchObject({
      code: 'conflicts_exhausted',
      retryable: true,
      details: { attempts: 4 },
    });
  });

  test('refuses any other version than the caller saw, without another attempt', async () => {
    const { handle } = setUp();
    await handle('c', { add: 1 }, { signal });
    await expect(handle('c', { add: 1 }, { signal, expectedVersion: 0 })).rejects.toEqual(refusal('version_conflict'));
    await handle('c', { add: 1 }, { signal, expectedVersion: 1 });
    const other = setUp({ store: contended(1) });
    await expect(other.handle('c', { add: 1 }, { signal, expectedVersion: 0 })).rejects.toEqual(
      refusal('version_conflict'),
    );
  });

  test('an aborted signal stops it before it acts', async () => {
    const { handle, store } = setUp();
    await expect(handle('c', { add: 1 }, { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
    expect(await store.readAll()).toEqual([]);
  });

  test('inline projections commit with the events or refuse them', async () => {
    const seen: string[] = [];
    const { handle, store } = setUp({
      projections: [
        {
          name: 'totals',
          apply: ({ stream, version, type, data }) => [
            memoryAtomicWrite('memory', () => {
              if (data['amount'] === 13) throw new Error('unlucky');
              seen.push(`${stream}@${version} ${type}`);
            }),
          ],
        },
      ],
    });
    await handle('c', { add: 1 }, { signal });
    await expect(handle('c', { add: 13 }, { signal })).rejects.toThrow('unlucky');
    await handle('c', { add: 2 }, { signal });
    expect(seen).toEqual(['c@1 Added', 'c@2 Added']);
    expect(await store.streamVersion('c')).toBe(2);
  });
});

describe('further writes', () => {
  test('are made from the states before and after, at each attempt, and commit with the events', async () => {
    const { handle } = setUp({ store: contended(1) });
    const asked: number[][] = [];
    const committed: number[] = [];
    await handle(
      'c',
      { add: 10 },
      {
        signal,
        writes: ({ before, after }) => {
          asked.push([before.total, after.total]);
          return [
            memoryAtomicWrite('memory', () => {
              committed.push(after.total);
            }),
          ];
        },
      },
    );
    expect([asked, committed]).toEqual([
      [
        [0, 10],
        [1, 11],
      ],
      [11],
    ]);
    await handle('other', { empty: true }, { signal, writes: () => expect.unreachable() });
  });
});

describe('loading a state', () => {
  test('folds streams longer than a page, and stops at a version for time travel', async () => {
    const { store, all } = setUp();
    for (let page = 0; page < 5; page++) {
      await store.append(
        'c',
        'any',
        Array.from({ length: 500 }, () => ({ type: 'Added', data: { amount: 1 } })),
      );
    }
    expect(await loadState(all, 'c', signal)).toMatchObject({ state: { total: 2500 }, version: 2500 });
    expect(await loadStateAt(all, 'c', 1700, signal)).toMatchObject({ state: { total: 1700 }, version: 1700 });
    expect(await loadStateAt(all, 'c', 0, signal)).toMatchObject({ state: { total: 0 }, version: 0 });
  });
});

describe('snapshots', () => {
  function policy(overrides: Partial<SnapshotPolicy<CounterState>> = {}) {
    const log = recordingLog();
    const store = overrides.store ?? memorySnapshotStore();
    const snapshots: SnapshotPolicy<CounterState> = {
      strategy: everyEvents(3),
      schemaVersion: 1,
      clock,
      log,
      encode: ({ total }) => ({ total }),
      decode: (state) => state as unknown as CounterState,
      ...overrides,
      store,
    };
    return { log, snapshots, store };
  }
  const addOnes = async (handle: ReturnType<typeof setUp>['handle'], times: number) => {
    for (let n = 0; n < times; n++) await handle('c', { add: 1 }, { signal });
  };

  test('are taken by distance, and loading begins with the last one', async () => {
    const { snapshots, store } = policy();
    const { handle, all } = setUp({ snapshots });
    await addOnes(handle, 7);
    expect(await store.load('c')).toMatchObject({ version: 6, state: { total: 6 }, schemaVersion: 1 });
    expect(await loadState(all, 'c', signal)).toMatchObject({ snapshotVersion: 6, version: 7, state: { total: 7 } });
  });

  test('of another schema are ignored', async () => {
    const { snapshots, store } = policy();
    const { handle, all } = setUp({ snapshots });
    await addOnes(handle, 3);
    await store.save({ stream: 'c', version: 3, schemaVersion: 2, state: { total: 99 }, time: 0 });
    expect(await loadState(all, 'c', signal)).toMatchObject({ snapshotVersion: 0, state: { total: 3 } });
  });

  test('that cannot be decoded lead to a whole fold and a line in the log', async () => {
    const { snapshots, log } = policy({
      decode: () => {
        throw new Error('broken');
      },
    });
    const { handle, all } = setUp({ snapshots });
    await addOnes(handle, 4);
    expect(await loadState(all, 'c', signal)).toMatchObject({ state: { total: 4 } });
    expect(log.messages).toContain('snapshot unusable, folding the whole stream');
  });

  test('ahead of their stream are ignored', async () => {
    const { snapshots, store } = policy();
    const { handle, all } = setUp({ snapshots });
    await addOnes(handle, 1);
    await store.save({ stream: 'c', version: 8, schemaVersion: 1, state: { total: 8 }, time: 0 });
    expect(await loadState(all, 'c', signal)).toMatchObject({ version: 1, state: { total: 1 } });
  });

  test('that cannot be saved do not fail the command', async () => {
    const broken = { ...memorySnapshotStore(), save: () => Promise.reject(new Error('disk')) };
    const { snapshots, log } = policy({ store: broken });
    const { handle } = setUp({ snapshots });
    await addOnes(handle, 3);
    expect(log.messages).toEqual(['snapshot not saved']);
  });

  test('strategies count distances and ages, and combine', () => {
    const due = { lastVersion: 90, version: 205, ageMs: 50 };
    expect([everyEvents(100)(due), everyEvents(116)(due)]).toEqual([true, false]);
    expect([everyMs(50)(due), everyMs(51)(due), everyMs(0)({ ...due, version: 90 })]).toEqual([true, false, false]);
    expect([anyOf(everyEvents(500), everyMs(10))(due), anyOf()(due)]).toEqual([true, false]);
  });

  test('in memory are bounded and can be deleted', async () => {
    const store = memorySnapshotStore({ maxSnapshots: 2 });
    for (const stream of ['a', 'b', 'c']) await store.save({ stream, version: 1, schemaVersion: 1, state: 1, time: 0 });
    await store.delete(['c']);
    expect(await Promise.all(['a', 'b', 'c'].map((stream) => store.load(stream)))).toMatchObject([
      undefined,
      { stream: 'b' },
      undefined,
    ]);
  });
});
