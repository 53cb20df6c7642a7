import { describe, expect, it } from 'vitest';
import { cursorVersion, matchedVersion } from './wire-number.ts';

describe('a number that travels as text', () => {
  it.each(['3', '"3"', 'W/"3"', 'W/3', ' 3 '])('is read from If-Match: %s', (text) => {
    expect(matchedVersion(text)).toBe(3);
  });

  it.each(['', '*', '0', 'x', '"3', '3"', '"1", "2"', '-1', '1234567890'])('is refused for If-Match: %s', (text) => {
    expect(() => matchedVersion(text)).toThrow('if_match');
  });

  it('is read from a cursor, or refused', () => {
    expect(cursorVersion('12')).toBe(12);
    for (const text of ['', 'x', '-1', '1.5', '1e9']) expect(() => cursorVersion(text)).toThrow('cursor');
  });
});
