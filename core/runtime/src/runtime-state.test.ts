import { type TestPlatform, testPlatform } from '@conv3n/platform/testing';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { RuntimeState } from './runtime-state.ts';

let platform: TestPlatform;
let state: RuntimeState;

beforeEach(() => {
  platform = testPlatform();
  state = new RuntimeState(platform, 100);
});

it('reads back frozen values with revisions that rise over the whole state', () => {
  const value = { list: [1] };
  expect(state.set('a', value)).toBe(1);
  expect(state.set('b', null)).toBe(2);
  expect(state.set('a', 5)).toBe(3);
  value.list.push(2);
  expect(state.get('a')).toEqual({ value: 5, revision: 3 });
  expect(state.get('b')).toEqual({ value: null, revision: 2 });
  expect(state.get('c')).toBeUndefined();
});

it('sets and deletes only at the expected revision, 0 meaning absent', () => {
  const first = state.set('a', 1, { ifRevision: 0 }) as number;
  expect(state.set('a', 2, { ifRevision: 0 })).toBeUndefined();
  const second = state.set('a', 2, { ifRevision: first }) as number;
  expect(state.set('a', 3, { ifRevision: first })).toBeUndefined();
  expect(state.delete('a', { ifRevision: first })).toBe(false);
  expect(state.get('a')?.value).toBe(2);
  expect(state.delete('a', { ifRevision: second })).toBe(true);
  expect(state.delete('a')).toBe(false);
});

it('forgets a key when its time is over, tells observers, and keeps one that was written anew', async () => {
  const seen: unknown[] = [];
  state.watch('', platform.log, ({ key, entry }) => void seen.push([key, entry?.value]));
  state.set('a', 1, { ttlMs: 100 });
  state.set('b', 1, { ttlMs: 100 });
  state.set('b', 2);
  await platform.advance(99);
  expect(state.get('a')?.value).toBe(1);
  await platform.advance(1);
  expect(state.get('a')).toBeUndefined();
  expect(state.list('')).toMatchObject([{ key: 'b', value: 2 }]);
  expect(seen).toEqual([
    ['a', 1],
    ['b', 1],
    ['b', 2],
    ['a', undefined],
  ]);
  expect(platform.pendingTimers()).toBe(0);
});

it('is not misled by a wall clock that is set', () => {
  state.set('a', 1, { ttlMs: 100 });
  platform.shiftWallClock(10_000_000);
  expect(state.get('a')?.value).toBe(1);
});

it('lists by prefix in the order of keys', () => {
  for (const key of ['a.2', 'b', 'a.10', 'a.1']) state.set(key, key);
  expect(state.list('a.').map(({ key }) => key)).toEqual(['a.1', 'a.10', 'a.2']);
});

it('tells observers of a prefix in the order of changes, also those made by observers', () => {
  const seen: unknown[] = [];
  state.watch('a', platform.log, ({ key, entry }) => {
    if (key === 'a' && entry) state.delete('a');
    throw new Error('observer');
  });
  const stop = state.watch('a', platform.log, ({ entry }) => void seen.push(entry?.value));
  state.set('a', 1);
  state.set('b', 1);
  stop();
  state.set('a', 2);
  expect(seen).toEqual([1, undefined]);
  expect(platform.lines[0]).toMatchObject({ level: 'error', message: 'state observer failed' });
});

it('refuses more keys than its limit but still takes writes of present ones', () => {
  for (let index = 0; index < 100; index += 1) state.set(`k${index}`, index);
  expect(() => state.set('more', 1)).toThrow(expect.objectContaining({ code: 'state_full' }));
  expect(state.set('k1', 'new')).toBeDefined();
  state.close();
});

it('agrees with a plain model for any sequence of writes, deletes and waits', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('set'),
      key: fc.constantFrom('a', 'b'),
      ttl: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
    fc.record({ kind: fc.constant('delete'), key: fc.constantFrom('a', 'b') }),
    fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 1, max: 15 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = testPlatform();
      const subject = new RuntimeState(world, 10);
      const model = new Map<string, { value: number; until: number }>();
      for (const [index, given] of steps.entries()) {
        const now = world.clock.monotonic();
        if ('ms' in given) {
          await world.advance(given.ms);
        } else if ('ttl' in given) {
          subject.set(given.key, index, given.ttl === null ? {} : { ttlMs: given.ttl });
          model.set(given.key, {
            value: index,
            until: given.ttl === null ? Number.POSITIVE_INFINITY : now + given.ttl,
          });
        } else {
          const present = (model.get(given.key)?.until ?? 0) > now;
          expect(subject.delete(given.key)).toBe(present);
          model.delete(given.key);
        }
        for (const key of ['a', 'b']) {
          const held = model.get(key);
          expect(subject.get(key)?.value).toBe(held && held.until > world.clock.monotonic() ? held.value : undefined);
        }
      }
    }),
    { numRuns: 60 },
  );
});
