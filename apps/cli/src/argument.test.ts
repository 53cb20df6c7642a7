import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { durationArgument, listOf, momentArgument, wholeNumber } from './argument.ts';

it('takes whole numbers from 1 on and nothing else', () => {
  expect(wholeNumber('12')).toBe(12);
  for (const wrong of ['0', '-1', '1.5', 'x', '', '1e3', '99999999999']) {
    expect(() => wholeNumber(wrong), wrong).toThrow(InvalidArgumentError);
  }
});

it('takes durations with a unit', () => {
  expect(durationArgument('1.5s')).toBe(1500);
  expect(() => durationArgument('15')).toThrow('30s');
});

it('takes a moment as a time or as a duration from now', () => {
  expect(momentArgument('2027-01-01T00:00:00Z')).toBe('2027-01-01T00:00:00.000Z');
  const now = Date.now();
  expect(Date.parse(momentArgument('1d')) - now).toBeGreaterThanOrEqual(86_400_000);
  expect(() => momentArgument('soon')).toThrow('90d');
});

it('takes several choices with commas and names them all when one is wrong', () => {
  expect(listOf(['a', 'b'])('b, a')).toEqual(['b', 'a']);
  expect(() => listOf(['a', 'b'])('a,c')).toThrow('Choose from a, b.');
});
