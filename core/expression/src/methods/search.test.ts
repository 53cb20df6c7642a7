import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frame } from '../frame.ts';
import { defaultLimits } from '../limits.ts';
import { Search } from './search.ts';

function search(needle: string): Search {
  return new Search(new Frame({ roots: {}, now: 0, random: () => 0 }, defaultLimits, 0), needle);
}

// Two letters make many partial matches; the padding makes the texts long enough for the linear algorithm.
const letters = (length: number) =>
  fc.array(fc.constantFrom('a', 'b'), { minLength: length, maxLength: length + 20 }).map((parts) => parts.join(''));

test('Long needles are found exactly where the host finds them.', () => {
  fc.assert(
    fc.property(
      letters(17),
      letters(40),
      fc.nat({ max: 9_000 }),
      fc.integer({ min: 1, max: 40 }),
      (needle, filling, from, times) => {
        const text = (filling + needle).repeat(times) + filling.repeat(100);
        expect(search(needle).first(text, from)).toBe(text.indexOf(needle, from));
        expect(search(needle).last(text, from)).toBe(text.lastIndexOf(needle, from));
      },
    ),
    { numRuns: 500 },
  );
});

test('Overlapping matches count for the last one.', () => {
  const text = 'a'.repeat(10_000);
  const needle = 'a'.repeat(100);
  expect(search(needle).last(text, 10_000)).toBe(9_900);
  expect(search(needle).last(text, 50)).toBe(50);
  expect(search(needle).first(text, 9_901)).toBe(-1);
});
