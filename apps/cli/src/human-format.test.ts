import { expect, it } from 'vitest';
import { duration, elapsed, localTime, pretty } from './human-format.ts';

it.each([
  [null, ''],
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [1240, '1.24 s'],
  [59_994, '59.99 s'],
  [59_999, '1 m 0 s'],
  [184_000, '3 m 4 s'],
  [3_599_900, '1 h 0 m'],
  [7_500_000, '2 h 5 m'],
])('prints %j milliseconds as %j', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it('gives no time while one end is missing', () => {
  expect(elapsed('2026-01-01T00:00:00.000Z', null)).toBe('');
  expect(elapsed('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.500Z')).toBe('1.50 s');
});

it('prints a moment in local form to the second', () => {
  expect(localTime('2026-02-03T04:05:06.789Z')).toMatch(/^2026-02-0[234] \d\d:\d\d:06$/);
  expect(localTime(null)).toBe('');
});

it('indents JSON, cuts long texts and says so', () => {
  expect(pretty({ a: 1 })).toBe('{\n  "a": 1\n}');
  expect(pretty('x'.repeat(30), 10)).toBe('"xxxxxxxxx\n… 22 more characters (--json shows all)');
  expect(pretty('\u009b31m')).not.toContain('\u009b');
});
