import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seededRandom } from './testing/seeded-random.ts';
import { uuidV7Ids } from './uuid-v7.ts';

const millisecondsOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);

it('carries the milliseconds of the clock in its first 48 bits', () => {
  const ids = uuidV7Ids({ clock: { now: () => 0x017f22e279b0, monotonic: () => 0 }, random: seededRandom(1) });
  expect(ids.next()).toMatch(/^017f22e2-79b0-7/);
});

it('stays strictly ordered for any movement of the clock', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 200 }), fc.integer(), (moves, seed) => {
      let now = 1_000_000;
      const ids = uuidV7Ids({ clock: { now: () => now, monotonic: () => 0 }, random: seededRandom(seed) });
      let last = '';
      for (const move of moves) {
        now += move;
        const id = ids.next();
        expect(id > last).toBe(true);
        last = id;
      }
    }),
  );
});

it('borrows the next millisecond when its counter is full', () => {
  const ids = uuidV7Ids({ clock: { now: () => 5000, monotonic: () => 0 }, random: seededRandom(1) });
  const made = Array.from({ length: 9000 }, () => ids.next());
  expect([...made].sort()).toEqual(made);
  expect(millisecondsOf(made.at(-1) as string)).toBeGreaterThan(5000);
  expect(millisecondsOf(made.at(-1) as string)).toBeLessThan(5004);
});
