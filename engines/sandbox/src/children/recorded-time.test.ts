import { afterEach, expect, it } from 'vitest';
import { installRecordedTime, useRecorded } from './recorded-time.ts';

const RealDate = Date;
const realRandom = Math.random;
afterEach(() => {
  globalThis.Date = RealDate;
  Math.random = realRandom;
  useRecorded(undefined);
});

it('shows the recorded time everywhere and leaves given dates alone', () => {
  installRecordedTime();
  useRecorded({ nowMs: 5000, seed: 1 });
  expect([Date.now(), new Date(7).getTime(), Date.UTC(1970, 0, 1)]).toEqual([5000, 7, 0]);
  expect(new Date().toISOString()).toBe('1970-01-01T00:00:05.000Z');
  expect(String(Date())).toContain('1970');
  useRecorded(undefined);
  expect(Date.now()).toBeGreaterThan(5000);
});

it('draws the same numbers for the same seed, others for another', () => {
  installRecordedTime();
  const draw = (seed: number) => {
    useRecorded({ nowMs: 0, seed });
    return [Math.random(), Math.random(), Math.random()];
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
});
