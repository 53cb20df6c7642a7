import type { JsonValue } from '@conv3n/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Storage, StorageOperation } from '../storage.ts';
import { storageLimits } from '../storage-rules.ts';

/** A fresh, empty storage on a clock that the suite moves. */
export interface StorageUnderTest {
  readonly storage: Storage;
  /** Moves the storage's clock. */
  advance(ms: number): void;
  /** Performs a write inside a transaction of the storage's database, as another adapter does. */
  commit(apply: (transaction: unknown) => void): Promise<void>;
  dispose?(): Promise<void>;
}

const put = (key: string, value: JsonValue, more: Partial<StorageOperation> = {}): StorageOperation =>
  ({ kind: 'put', namespace: 'ns', key, value, ...more }) as StorageOperation;
const remove = (key: string, ifRevision?: number): StorageOperation => ({
  kind: 'delete',
  namespace: 'ns',
  key,
  ...(ifRevision !== undefined && { ifRevision }),
});

/** What every storage adapter guarantees; I1 to I4 are the port's invariants. */
export function storageContract(name: string, make: () => StorageUnderTest | Promise<StorageUnderTest>): void {
  const using = (run: (underTest: StorageUnderTest) => Promise<void>) => async () => {
    const underTest = await make();
    try {
      await run(underTest);
    } finally {
      await underTest.storage.close();
      await underTest.dispose?.();
    }
  };
  const keysOf = async (storage: Storage, options?: Parameters<Storage['list']>[1]) =>
    (await storage.list('ns', options)).entries.map(({ key }) => key);

  describe(`${name} as a storage`, () => {
    it(
      'answers undefined for what was never written',
      using(async ({ storage }) => {
        expect(await storage.get('ns', 'a')).toBeUndefined();
        expect(await storage.getMany('ns', ['a', 'b'])).toEqual([undefined, undefined]);
        expect(await storage.list('ns')).toEqual({ entries: [] });
      }),
    );

    it(
      'I1 reads back after a write, with a revision that rises by one with every write of the key',
      using(async ({ storage }) => {
        const value = { text: 'Grüße 🎈', list: [1, null, true], nested: { empty: {} } };
        await storage.write([put('a', value)]);
        expect(await storage.get('ns', 'a')).toEqual({ key: 'a', value, revision: 1 });
        await storage.write([put('a', 2)]);
        expect(await storage.get('ns', 'a')).toEqual({ key: 'a', value: 2, revision: 2 });
        await storage.write([put('b', null)]);
        expect(await storage.getMany('ns', ['b', 'x', 'a'])).toEqual([
          { key: 'b', value: null, revision: 1 },
          undefined,
          { key: 'a', value: 2, revision: 2 },
        ]);
      }),
    );

    it(
      'keeps namespaces apart, also when their names and keys join to the same text',
      using(async ({ storage }) => {
        await storage.write([
          { kind: 'put', namespace: 'a.b', key: 'c', value: 1 },
          { kind: 'put', namespace: 'a', key: 'b.c', value: 2 },
        ]);
        expect((await storage.get('a.b', 'c'))?.value).toBe(1);
        expect((await storage.get('a', 'b.c'))?.value).toBe(2);
        expect((await storage.list('a')).entries).toHaveLength(1);
      }),
    );

    it(
      'cannot be changed through a value that was given or returned',
      using(async ({ storage }) => {
        const given = { list: [1] };
        await storage.write([put('a', given)]);
        given.list.push(2);
        const read = (await storage.get('ns', 'a'))?.value as { list: number[] };
        try {
          read.list.push(3);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
        expect((await storage.get('ns', 'a'))?.value).toEqual({ list: [1] });
      }),
    );

    it(
      'writes with ifRevision only when it matches, 0 meaning absent',
      using(async ({ storage }) => {
        const conflict = expect.objectContaining({ code: 'revision_conflict' });
        await storage.write([put('a', 1, { ifRevision: 0 })]);
        await expect(storage.write([put('a', 2, { ifRevision: 0 })])).rejects.toEqual(conflict);
        await storage.write([put('a', 2, { ifRevision: 1 })]);
        await expect(storage.write([put('a', 3, { ifRevision: 1 })])).rejects.toEqual(conflict);
        await expect(storage.write([remove('a', 1)])).rejects.toEqual(conflict);
        await storage.write([remove('a', 2)]);
        await expect(storage.write([remove('a', 2)])).rejects.toEqual(conflict);
        await storage.write([remove('a')]);
        await storage.write([put('a', 'again', { ifRevision: 0 })]);
        expect(await storage.get('ns', 'a')).toEqual({ key: 'a', value: 'again', revision: 1 });
      }),
    );

    it(
      'I2 leaves nothing of a batch in which one revision conflicts',
      using(async ({ storage }) => {
        await storage.write([put('kept', 1)]);
        const batch = [put('new', 1), put('kept', 2), remove('kept'), put('other', 1, { ifRevision: 7 })];
        await expect(storage.write(batch)).rejects.toEqual(expect.objectContaining({ code: 'revision_conflict' }));
        expect((await storage.list('ns')).entries).toEqual([{ key: 'kept', value: 1, revision: 1 }]);
      }),
    );

    it(
      'lets the later operations of a batch see the earlier ones',
      using(async ({ storage }) => {
        await storage.write([put('a', 1), put('a', 2, { ifRevision: 1 }), put('b', 1), remove('b', 1)]);
        expect((await storage.list('ns')).entries).toEqual([{ key: 'a', value: 2, revision: 2 }]);
      }),
    );

    it(
      'lets exactly one of many concurrent writers of one revision win',
      using(async ({ storage }) => {
        const writers = Array.from({ length: 20 }, (_, index) => storage.write([put('a', index, { ifRevision: 0 })]));
        const outcomes = await Promise.allSettled(writers);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect((await storage.get('ns', 'a'))?.revision).toBe(1);
      }),
    );

    it(
      'I3 lists keys in code-unit order, forwards and backwards',
      using(async ({ storage }) => {
        const keys = ['a', 'B', 'é', '\uffee', '🎈', 'z', 'aa', 'a/b', '\ud83c', ' '];
        await storage.write(keys.map((key) => put(key, 1)));
        const sorted = [...keys].sort();
        expect(await keysOf(storage)).toEqual(sorted);
        expect(await keysOf(storage, { reverse: true })).toEqual([...sorted].reverse());
      }),
    );

    it(
      'pages through a prefix without loss or repetition, in both directions, for any keys',
      using(async ({ storage }) => {
        const keyArbitrary = fc.string({
          unit: fc.constantFrom('a', 'b', '\uffff', '🎈', '%', '_'),
          minLength: 1,
          maxLength: 4,
        });
        const asked = fc.record({
          keys: fc.uniqueArray(keyArbitrary, { maxLength: 25 }),
          prefix: fc.constantFrom('', 'a', 'ab', '\uffff', '%', '\ud83c'),
          limit: fc.integer({ min: 1, max: 7 }),
          reverse: fc.boolean(),
        });
        let run = 0;
        await fc.assert(
          fc.asyncProperty(asked, async ({ keys, prefix, limit, reverse }) => {
            run += 1;
            const namespace = `run-${run}`;
            await storage.write(keys.map((key) => ({ kind: 'put', namespace, key, value: key })));
            const seen: string[] = [];
            let after: string | undefined;
            do {
              const page = await storage.list(namespace, {
                prefix,
                limit,
                reverse,
                ...(after !== undefined && { after }),
              });
              expect(page.entries.length).toBeLessThanOrEqual(limit);
              seen.push(...page.entries.map(({ key }) => key));
              after = page.next;
            } while (after !== undefined);
            const expected = keys.filter((key) => key.startsWith(prefix)).sort();
            expect(seen).toEqual(reverse ? expected.reverse() : expected);
          }),
          { numRuns: 60 },
        );
      }),
    );

    it(
      'starts after a key that does not exist, and bounds the page size',
      using(async ({ storage }) => {
        const keys = Array.from({ length: 1200 }, (_, index) => `k${String(index).padStart(4, '0')}`);
        await storage.write(keys.map((key) => put(key, 1)));
        expect(await keysOf(storage, { after: 'k0009x', limit: 2 })).toEqual(['k0010', 'k0011']);
        expect(await keysOf(storage, { after: 'k0009x', limit: 2, reverse: true })).toEqual(['k0009', 'k0008']);
        expect(await keysOf(storage)).toHaveLength(storageLimits.defaultPage);
        expect(await keysOf(storage, { limit: 5000 })).toHaveLength(storageLimits.largestPage);
        expect(await keysOf(storage, { limit: 0 })).toHaveLength(1);
        expect(await keysOf(storage, { prefix: 'k1', after: 'zzz' })).toEqual([]);
        expect(await keysOf(storage, { prefix: 'k11', after: 'k0500', limit: 1 })).toEqual(['k1100']);
      }),
    );

    it(
      'I4 never returns an expired key and treats it as absent in revisions',
      using(async ({ storage, advance }) => {
        await storage.write([put('a', 1, { ttlMs: 1000 }), put('b', 1), put('c', 1, { ttlMs: 5000 })]);
        const { expiresAt } = (await storage.get('ns', 'a')) as { expiresAt: number };
        expect(expiresAt).toBeTypeOf('number');
        advance(999);
        expect(await storage.get('ns', 'a')).toBeDefined();
        advance(1);
        expect(await storage.get('ns', 'a')).toBeUndefined();
        expect(await storage.getMany('ns', ['a'])).toEqual([undefined]);
        expect(await keysOf(storage)).toEqual(['b', 'c']);
        expect(await keysOf(storage, { limit: 1 })).toEqual(['b']);
        await storage.write([put('a', 2, { ifRevision: 0 })]);
        expect(await storage.get('ns', 'a')).toEqual({ key: 'a', value: 2, revision: 1 });
      }),
    );

    it(
      'forgets an old ttl when the key is written without one',
      using(async ({ storage, advance }) => {
        await storage.write([put('a', 1, { ttlMs: 1000 })]);
        await storage.write([put('a', 2)]);
        advance(2000);
        for (let index = 0; index < 40; index += 1) await storage.write([put('other', index, { ttlMs: 1 })]);
        expect(await storage.get('ns', 'a')).toEqual({ key: 'a', value: 2, revision: 2 });
      }),
    );

    it(
      'refuses values beyond the limit and keys without text, and stores nothing of them',
      using(async ({ storage }) => {
        const large = 'é'.repeat(storageLimits.valueBytes / 2);
        await expect(storage.write([put('ok', 1), put('a', large)])).rejects.toEqual(
          expect.objectContaining({ code: 'value_too_large' }),
        );
        const badKey = expect.objectContaining({ code: 'invalid_storage_key' });
        await expect(storage.write([put('', 1)])).rejects.toEqual(badKey);
        await expect(storage.write([put('k'.repeat(storageLimits.keyLength + 1), 1)])).rejects.toEqual(badKey);
        await expect(storage.get('', 'a')).rejects.toEqual(badKey);
        expect(await storage.list('ns')).toEqual({ entries: [] });
        await storage.write([put('a', 'e'.repeat(storageLimits.valueBytes - 2))]);
        expect((await storage.get('ns', 'a'))?.revision).toBe(1);
      }),
    );

    it(
      'commits an atomic write with a foreign transaction, and nothing of it when that fails later',
      using(async ({ storage, commit }) => {
        await storage.write([put('a', 1), put('b', 1)]);
        const good = storage.asAtomicWrite([put('a', 2, { ifRevision: 1 }), remove('b')]);
        expect(good.backend).toBe(storage.backend);
        await commit((transaction) => good.apply(transaction));
        expect((await storage.list('ns')).entries).toEqual([{ key: 'a', value: 2, revision: 2 }]);
        const next = storage.asAtomicWrite([put('a', 3), put('c', 1)]);
        const stale = storage.asAtomicWrite([put('a', 4, { ifRevision: 1 })]);
        const both = commit((transaction) => {
          next.apply(transaction);
          stale.apply(transaction);
        });
        await expect(both).rejects.toEqual(expect.objectContaining({ code: 'revision_conflict' }));
        expect((await storage.list('ns')).entries).toEqual([{ key: 'a', value: 2, revision: 2 }]);
      }),
    );

    it(
      'refuses everything after it was closed, and closes twice without harm',
      using(async ({ storage }) => {
        await storage.close();
        await storage.close();
        const closed = expect.objectContaining({ code: 'storage_closed' });
        await expect(storage.get('ns', 'a')).rejects.toEqual(closed);
        await expect(storage.list('ns')).rejects.toEqual(closed);
        await expect(storage.write([put('a', 1)])).rejects.toEqual(closed);
      }),
    );
  });
}
