import { array, assert, asyncProperty, constant, constantFrom, integer, oneof, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { ExpectedVersion } from '../event-store.ts';
import type { EventStoreHarness } from './event-store-harness.ts';

type Action =
  | { readonly kind: 'append'; readonly stream: string; readonly expected: ExpectedVersion; readonly count: number }
  | { readonly kind: 'delete'; readonly stream: string };

const stream = constantFrom('a', 'b', 'c');
const expected = oneof(constantFrom<ExpectedVersion>('any', 'none', 'exists'), integer({ min: 0, max: 6 }));
const action = oneof(
  {
    weight: 6,
    arbitrary: record({ kind: constant('append' as const), stream, expected, count: integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: record({ kind: constant('delete' as const), stream }) },
);
/** Actions of one inner list start in the same turn, so they meet in one group. */
const plan = array(array(action, { minLength: 1, maxLength: 6 }), { maxLength: 8 });

/** What a store has to answer, written as simply as possible. */
class Model {
  readonly streams = new Map<string, number[]>();
  readonly deleted = new Set<string>();
  readonly all: { readonly stream: string; readonly n: number }[] = [];
  #n = 0;

  perform(step: Action): string {
    return step.kind === 'append' ? this.#append(step) : this.#delete(step.stream);
  }

  #append({ stream: name, expected: belief, count }: Action & { kind: 'append' }): string {
    const numbers = Array.from({ length: count }, () => this.#n++);
    if (this.deleted.has(name)) return 'stream_deleted';
    const events = this.streams.get(name) ?? [];
    const exists = events.length > 0;
    const right =
      belief === 'any' || (belief === 'none' && !exists) || (belief === 'exists' && exists) || belief === events.length;
    if (!right) return 'version_conflict';
    this.streams.set(name, [...events, ...numbers]);
    this.all.push(...numbers.map((n) => ({ stream: name, n })));
    return `version ${events.length + count}`;
  }

  #delete(name: string): string {
    if (this.streams.delete(name)) this.deleted.add(name);
    return 'deleted';
  }
}

/** Random histories against a simple model: part of `eventStoreContract`. */
export function eventStoreModel(make: () => Promise<EventStoreHarness>): void {
  test('any history of grouped appends, conflicts and deletions agrees with a simple model', async () => {
    await assert(
      asyncProperty(plan, async (groups) => {
        const { store, dispose } = await make();
        const model = new Model();
        let n = 0;
        const perform = async (step: Action): Promise<string> => {
          try {
            if (step.kind === 'delete') {
              await store.deleteStreams([step.stream]);
              return 'deleted';
            }
            const events = Array.from({ length: step.count }, () => ({ type: 'Counted', data: { n: n++ } }));
            const { version } = await store.append(step.stream, step.expected, events);
            return `version ${version}`;
          } catch (error) {
            return (error as { code: string }).code;
          }
        };
        try {
          for (const group of groups) {
            const predicted = group.map((step) => model.perform(step));
            expect(await Promise.all(group.map(perform))).toEqual(predicted);
            for (const name of ['a', 'b', 'c']) {
              const numbers = model.streams.get(name) ?? [];
              const read = await store.readStream(name);
              expect(read.map(({ data }) => data['n'])).toEqual(numbers);
              expect(read.map(({ version }) => version)).toEqual(numbers.map((_, index) => index + 1));
              expect(await store.streamVersion(name)).toBe(numbers.length);
            }
          }
          const survivors = model.all.filter(({ stream: name }) => model.streams.has(name));
          const all = await store.readAll();
          expect(all.map(({ stream: name, data }) => ({ stream: name, n: data['n'] }))).toEqual(survivors);
          expect(all.every((event, i) => i === 0 || event.position > (all[i - 1]?.position ?? 0))).toBe(true);
        } finally {
          await dispose();
        }
      }),
      { numRuns: 60 },
    );
  });
}
