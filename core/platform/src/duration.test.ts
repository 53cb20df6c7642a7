import { expect, it } from 'vitest';
import { durationToMs, parseDuration } from './duration.ts';

it.each([
  ['200ms', 200],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
])('reads %s as %d milliseconds', (text, ms) => {
  expect(durationToMs(text)).toBe(ms);
  expect(parseDuration(text)).toBe(ms);
});

it.each(['', '5', 's', '-1s', '1 s', '1S', '1e3s', '1.s'])('refuses %j and says what to write', (text) => {
  expect(durationToMs(text)).toBeUndefined();
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'invalid_duration', kind: 'invalid' }));
});
