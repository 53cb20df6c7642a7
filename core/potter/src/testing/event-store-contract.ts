import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordedEvent } from '../event.ts';
import { eventLimits } from '../event-limits.ts';
import type { EventStore } from '../event-store.ts';
import type { EventStoreHarness, MakeEventStore } from './event-store-harness.ts';
import { eventStoreModel } from './event-store-model.ts';
import { eventStoreSubscriptionContract } from './event-store-subscription-contract.ts';
import { manualClock } from './manual-clock.ts';

const event = (type: string, n = 0) => ({ type, data: { n } });
const many = (count: number, type = 'Counted') => Array.from({ length: count }, (_, n) => event(type, n));
const numbers = (events: readonly RecordedEvent[]) => events.map(({ data }) => data['n']);
const versions = (events: readonly RecordedEvent[]) => events.map(({ version }) => version);
const refusal = (code: string) => expect.objectContaining({ code });

export interface EventStoreContractOptions {
  /** Whether data outlives a store; then the harness can `reopen`. */
  readonly durable: boolean;
}

/** The contract of the port {@link EventStore}: every store binds it in a short test file. */
export function eventStoreContract(name: string, make: MakeEventStore, { durable }: EventStoreContractOptions): void {
  describe(`${name} keeps the event store contract`, () => {
    const clock = manualClock();
    let harness: EventStoreHarness;
    let store: EventStore;
    beforeEach(async () => {
      harness = await make({ clock });
      store = harness.store;
    });
    afterEach(() => harness.dispose());

    describe('appending and reading', () => {
      test('an event comes back as it was written, with its place and time', async () => {
        const data = { text: 'naïve 🚀', list: [1, null, { deep: true }], float: 0.1 };
        const metadata = { correlationId: 'c1', causationId: 'c0', actor: 'user:1', traceparent: '00-ab-cd-01' };
        const result = await store.append('order-1', 'none', [{ type: 'OrderPlaced', data }], { metadata });
        expect(result).toEqual({ version: 1, position: result.position });
        expect(await store.readStream('order-1')).toEqual([
          {
            stream: 'order-1',
            version: 1,
            position: result.position,
            type: 'OrderPlaced',
            schemaVersion: 1,
            data,
            time: clock.now(),
            metadata,
          },
        ]);
      });

      test('what the writer changes afterwards does not change the event', async () => {
        const data = { n: 1 };
        const appending = store.append('a', 'any', [{ type: 'Changed', data }]);
        data.n = 2;
        await appending;
        expect(numbers(await store.readStream('a'))).toEqual([1]);
      });

      test('versions count from 1 without gaps and positions rise over all streams', async () => {
        await store.append('a', 'any', many(2));
        await store.append('b', 'any', many(1));
        await store.append('a', 'any', many(1));
        expect(versions(await store.readStream('a'))).toEqual([1, 2, 3]);
        const all = await store.readAll();
        expect(all.map(({ stream }) => stream)).toEqual(['a', 'a', 'b', 'a']);
        expect(all.map(({ position }) => position)).toEqual(
          all.map(({ position }) => position).toSorted((x, y) => x - y),
        );
        expect(new Set(all.map(({ position }) => position)).size).toBe(4);
      });

      test('a stream is read in pages in both directions, starts are exclusive', async () => {
        await store.append('a', 'none', many(5));
        expect(versions(await store.readStream('a', { limit: 2 }))).toEqual([1, 2]);
        expect(versions(await store.readStream('a', { afterVersion: 2, limit: 2 }))).toEqual([3, 4]);
        expect(versions(await store.readStream('a', { afterVersion: 5 }))).toEqual([]);
        expect(versions(await store.readStream('a', { direction: 'backward', limit: 2 }))).toEqual([5, 4]);
        expect(versions(await store.readStream('a', { direction: 'backward', afterVersion: 3 }))).toEqual([2, 1]);
        expect(versions(await store.readStream('a', { direction: 'backward', afterVersion: 1 }))).toEqual([]);
      });

      test('all events are read in pages, starts are exclusive', async () => {
        await store.append('a', 'none', many(3));
        await store.append('b', 'none', many(2));
        const first = await store.readAll({ limit: 2 });
        const rest = await store.readAll({ afterPosition: first[1]?.position as number });
        expect(numbers([...first, ...rest])).toEqual([0, 1, 2, 0, 1]);
      });

      test('a prefix selects streams by the exact beginning of their name', async () => {
        for (const stream of ['run-1', 'run-2', 'Run-1', 'run_1', 'ru', 'run-🚀', '%', 'x']) {
          await store.append(stream, 'none', many(1));
        }
        const streams = async (streamPrefix: string) =>
          (await store.readAll({ streamPrefix })).map(({ stream }) => stream);
        expect(await streams('run-')).toEqual(['run-1', 'run-2', 'run-🚀']);
        expect(await streams('run-🚀')).toEqual(['run-🚀']);
        expect(await streams('%')).toEqual(['%']);
        expect(await streams('none')).toEqual([]);
        const [second] = await store.readAll({ streamPrefix: 'run-', limit: 1, afterPosition: 1 });
        expect(second?.stream).toBe('run-2');
      });

      test('a rare prefix is found behind many other events', async () => {
        await store.append('other', 'any', many(eventLimits.eventsPerAppend));
        await store.append('rare', 'any', many(1));
        await store.append('other', 'any', many(10));
        expect((await store.readAll({ streamPrefix: 'rare', limit: 5 })).map(({ stream }) => stream)).toEqual(['rare']);
      });

      test('a stream that does not exist is empty and at version 0', async () => {
        expect(await store.readStream('nothing')).toEqual([]);
        expect(await store.streamVersion('nothing')).toBe(0);
        expect(await store.readAll()).toEqual([]);
      });
    });

    describe('versions', () => {
      test('each expectation holds exactly when it is true', async () => {
        await store.append('a', 'none', many(2));
        await expect(store.append('a', 2, many(1))).resolves.toMatchObject({ version: 3 });
        await expect(store.append('a', 'exists', many(1))).resolves.toMatchObject({ version: 4 });
        await expect(store.append('a', 'any', many(1))).resolves.toMatchObject({ version: 5 });
        for (const expected of ['none', 0, 4, 6] as const) {
          await expect(store.append('a', expected, many(1))).rejects.toEqual(refusal('version_conflict'));
        }
        await expect(store.append('new', 'exists', many(1))).rejects.toEqual(refusal('version_conflict'));
        await expect(store.append('new', 1, many(1))).rejects.toEqual(refusal('version_conflict'));
        await expect(store.append('new', 0, many(1))).resolves.toMatchObject({ version: 1 });
        await expect(store.append('newer', 'any', many(3))).resolves.toMatchObject({ version: 3 });
        expect(await store.streamVersion('newer')).toBe(3);
      });

      test('a conflict says what is and what was expected', async () => {
        await store.append('a', 'none', many(2));
        await expect(store.append('a', 1, many(1))).rejects.toMatchObject({
          kind: 'conflict',
          details: { stream: 'a', expected: 1, actual: 2 },
        });
      });

      test('of many concurrent writers of one version exactly one wins, and neighbours are untouched (I3)', async () => {
        await store.append('a', 'none', many(1));
        const attempts = Array.from({ length: 20 }, (_, n) => store.append('a', 1, [event('Won', n)]));
        const neighbours = Array.from({ length: 20 }, (_, n) => store.append(`b${n}`, 'none', many(2)));
        const outcomes = await Promise.allSettled(attempts);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refusal('version_conflict'));
        }
        await Promise.all(neighbours);
        expect(versions(await store.readStream('a'))).toEqual([1, 2]);
        expect(await store.readAll()).toHaveLength(42);
      });

      test('appends of one turn to one stream build on each other', async () => {
        await Promise.all([
          store.append('a', 0, many(2)),
          store.append('a', 2, many(1)),
          store.append('a', 'exists', many(1)),
        ]);
        expect(versions(await store.readStream('a'))).toEqual([1, 2, 3, 4]);
      });
    });

    describe('atomic writes (I1)', () => {
      test('commit with the events, in order', async () => {
        await store.append('a', 'none', many(1), { writes: [harness.note('one'), harness.note('two')] });
        await store.commit([harness.note('three')]);
        expect(harness.notes()).toEqual(['one', 'two', 'three']);
      });

      test('a failing write leaves neither its events, other writes nor a changed version', async () => {
        await store.append('a', 'none', many(1));
        const error = new Error('projection broke');
        const [before, failed, after] = await Promise.allSettled([
          store.append('a', 1, many(1), { writes: [harness.note('kept')] }),
          store.append('a', 2, many(3, 'Lost'), {
            writes: [harness.note('lost'), harness.noteAndThrow('also lost', error)],
          }),
          store.append('a', 2, many(1), { writes: [harness.note('kept too')] }),
        ]);
        expect(failed).toMatchObject({ status: 'rejected', reason: error });
        expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
        expect(harness.notes()).toEqual(['kept', 'kept too']);
        expect(await store.streamVersion('a')).toBe(3);
        expect((await store.readAll()).map(({ type }) => type)).toEqual(['Counted', 'Counted', 'Counted']);
      });

      test('a failing write leaves no trace of a new stream or type', async () => {
        const error = new Error('no');
        const writes = [harness.noteAndThrow('lost', error)];
        await expect(store.append('new', 'none', [event('Unheard')], { writes })).rejects.toBe(error);
        expect(await store.streamVersion('new')).toBe(0);
        await store.append('new', 'none', [event('Unheard')]);
        expect((await store.readStream('new')).map(({ type }) => type)).toEqual(['Unheard']);
      });

      test('a subscriber never sees an append that a failing write undid (I4)', async () => {
        const events = store.subscribe({ signal: new AbortController().signal })[Symbol.asyncIterator]();
        await Promise.allSettled([
          store.append('a', 'any', [event('Lost')], { writes: [harness.noteAndThrow('lost', new Error('no'))] }),
          store.append('a', 'any', [event('Kept')]),
        ]);
        expect((await events.next()).value).toMatchObject({ type: 'Kept', version: 1 });
      });

      test('a version conflict applies no write', async () => {
        const append = store.append('a', 5, many(1), { writes: [harness.note('lost')] });
        await expect(append).rejects.toEqual(refusal('version_conflict'));
        expect(harness.notes()).toEqual([]);
      });

      test('a write of another database is refused before anything happens', async () => {
        const foreign = { backend: 'elsewhere', apply: () => expect.unreachable() };
        await expect(store.append('a', 'any', many(1), { writes: [foreign] })).rejects.toEqual(
          refusal('foreign_write'),
        );
        await expect(store.commit([harness.note('lost'), foreign])).rejects.toEqual(refusal('foreign_write'));
        await expect(store.deleteStreams([], [foreign])).rejects.toEqual(refusal('foreign_write'));
        expect(harness.notes()).toEqual([]);
        expect(await store.readAll()).toEqual([]);
      });
    });

    describe('deleting streams', () => {
      test('removes the events and commits writes with it', async () => {
        await Promise.all(['a', 'b', 'c'].map((stream) => store.append(stream, 'none', many(2))));
        await store.deleteStreams(['a', 'c', 'never was', 'a'], [harness.note('cleaned')]);
        expect((await store.readAll()).map(({ stream }) => stream)).toEqual(['b', 'b']);
        expect(await store.readStream('a')).toEqual([]);
        expect(await store.streamVersion('a')).toBe(0);
        expect(harness.notes()).toEqual(['cleaned']);
      });

      test('a deleted name is never used again, others may be', async () => {
        await store.append('a', 'none', many(1));
        await store.deleteStreams(['a', 'never was']);
        await expect(store.append('a', 'any', many(1))).rejects.toEqual(refusal('stream_deleted'));
        await expect(store.append('a', 'none', many(1))).rejects.toEqual(refusal('stream_deleted'));
        await expect(store.append('never was', 'none', many(1))).resolves.toBeDefined();
      });

      test('positions are never used again', async () => {
        await store.append('a', 'none', many(1));
        const last = await store.append('b', 'none', many(3));
        await store.deleteStreams(['b']);
        const next = await store.append('c', 'none', many(1));
        expect(next.position).toBeGreaterThan(last.position);
      });

      test('a failing write keeps the streams', async () => {
        await store.append('a', 'none', many(2));
        const error = new Error('no');
        await expect(store.deleteStreams(['a'], [harness.noteAndThrow('lost', error)])).rejects.toBe(error);
        expect(versions(await store.readStream('a'))).toEqual([1, 2]);
        await expect(store.append('a', 2, many(1))).resolves.toMatchObject({ version: 3 });
      });
    });

    describe('bounds', () => {
      test('names, types and numbers out of bounds are refused', async () => {
        for (const stream of ['', 'x'.repeat(eventLimits.streamNameLength + 1), '\ud800', 'nul\0']) {
          await expect(store.append(stream, 'any', many(1))).rejects.toEqual(refusal('invalid_append'));
        }
        const longType = [event('x'.repeat(eventLimits.eventTypeLength + 1))];
        await expect(store.append('a', 'any', longType)).rejects.toEqual(refusal('invalid_append'));
        await expect(store.append('a', 'any', [event('')])).rejects.toEqual(refusal('invalid_append'));
        await expect(store.append('a', 'any', [])).rejects.toEqual(refusal('invalid_append'));
        const tooMany = many(eventLimits.eventsPerAppend + 1);
        await expect(store.append('a', 'any', tooMany)).rejects.toEqual(refusal('invalid_append'));
        await expect(store.append('a', -1, many(1))).rejects.toEqual(refusal('invalid_append'));
        const tooManyStreams = Array.from({ length: eventLimits.streamsPerDelete + 1 }, (_, n) => `s${n}`);
        await expect(store.deleteStreams(tooManyStreams)).rejects.toEqual(refusal('invalid_append'));
        expect(await store.readAll()).toEqual([]);
      });

      test('an event may be as large as the limit and no larger', async () => {
        const text = (length: number) => [{ type: 'Large', data: { text: 'x'.repeat(length - '{"text":""}'.length) } }];
        await store.append('a', 'any', text(eventLimits.eventLength));
        await expect(store.append('a', 'any', text(eventLimits.eventLength + 1))).rejects.toEqual(
          refusal('event_too_large'),
        );
        expect(await store.streamVersion('a')).toBe(1);
      });

      test('a read takes a limit from 1 to its bound', async () => {
        for (const limit of [0, -1, 1.5, Number.NaN, eventLimits.readLimit + 1]) {
          await expect(store.readAll({ limit })).rejects.toEqual(refusal('invalid_read'));
          await expect(store.readStream('a', { limit })).rejects.toEqual(refusal('invalid_read'));
        }
      });
    });

    describe('schema versions', () => {
      test('new events carry the present version, and live events too', async () => {
        const own = await make({ clock, upcasters: { Counted: [(data) => data, (data) => data] } });
        await own.store.append('a', 'none', [event('Counted'), event('Plain')]);
        expect((await own.store.readAll()).map(({ schemaVersion }) => schemaVersion)).toEqual([3, 1]);
        await own.dispose();
      });

      if (durable) {
        test('old events are lifted on read, newer ones are refused', async () => {
          const { reopen } = harness;
          if (!reopen) return expect.unreachable('a durable harness can reopen');
          await store.append('a', 'none', [event('Counted', 1)]);
          await store.close();
          const lift = { Counted: [(data: object) => ({ ...data, unit: 'm' })] };
          const newer = await reopen(lift);
          expect(await newer.readStream('a')).toMatchObject([{ schemaVersion: 2, data: { n: 1, unit: 'm' } }]);
          await newer.append('a', 1, [{ type: 'Counted', data: { n: 2, unit: 'km' } }]);
          expect(numbers(await newer.readAll())).toEqual([1, 2]);
          await newer.close();
          const older = await reopen({});
          await expect(older.readStream('a')).rejects.toEqual(refusal('event_schema_newer'));
          await older.close();
        });
      }
    });

    if (durable) {
      test('after reopening, versions go on and neither positions nor deleted names come back', async () => {
        const { reopen } = harness;
        if (!reopen) return expect.unreachable('a durable harness can reopen');
        await store.append('a', 'none', many(2));
        const last = await store.append('b', 'none', many(3));
        await store.deleteStreams(['b']);
        await store.close();
        const again = await reopen({});
        const next = await again.append('a', 2, many(1));
        expect(next.version).toBe(3);
        expect(next.position).toBeGreaterThan(last.position);
        await expect(again.append('b', 'any', many(1))).rejects.toEqual(refusal('stream_deleted'));
        await again.close();
      });
    }

    describe('closing', () => {
      test('lets appends before it finish and refuses what comes after', async () => {
        const appending = store.append('a', 'none', many(1));
        const closing = store.close();
        await expect(store.append('a', 'any', many(1))).rejects.toEqual(refusal('event_store_closed'));
        await expect(appending).resolves.toMatchObject({ version: 1 });
        await closing;
        await expect(store.readAll()).rejects.toEqual(refusal('event_store_closed'));
        await expect(store.commit([])).rejects.toEqual(refusal('event_store_closed'));
        await store.close();
      });
    });

    eventStoreSubscriptionContract(() => store);
    eventStoreModel(() => make({ clock }));
  });
}
