import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubbedText, secretScrubber } from './secret-scrubber.ts';

describe('secretScrubber', () => {
  it('removes a secret as text, in URLs, in JSON, in keys and in base64 at any alignment', () => {
    const secret = 'p@ss "word"/+é';
    const scrub = secretScrubber([secret]);
    const base64 = ['', 'u:', 'us:'].map((prefix) => Buffer.from(`${prefix}${secret}:after`).toString('base64'));
    const value = {
      plain: `before ${secret} after`,
      url: `https://x/?k=${encodeURIComponent(secret)}`,
      form: `k=${new URLSearchParams({ k: secret }).get('k')}`,
      json: JSON.stringify({ inner: secret }),
      [secret]: [secret, 1, null, true],
      base64,
    };
    const text = JSON.stringify(scrub(value));
    expect(text).not.toContain('ss \\"word');
    expect(text).not.toContain(encodeURIComponent(secret));
    const core = Buffer.from(secret).toString('base64').slice(4, 12);
    expect(text).not.toContain(core);
    for (const encoded of scrub(value).base64) expect(encoded).toContain(scrubbedText);
  });

  it('shares what holds no secret with the input and leaves other types alone', () => {
    const scrub = secretScrubber(['topsecret']);
    const clean = { a: ['b', 1], c: null };
    expect(scrub(clean)).toBe(clean);
    expect(scrub({ a: 'topsecret', clean }).clean).toBe(clean);
    expect(scrub(5)).toBe(5);
  });

  it('removes the longer of two secrets that overlap, and ignores those too short to mean anything', () => {
    expect(secretScrubber(['abcd', 'abcdefgh'])('xabcdefghx')).toBe(`x${scrubbedText}x`);
    expect(secretScrubber(['abc', ''])('abc')).toBe('abc');
  });

  it('never leaves the secret in any text around it', () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 20, unit: 'grapheme' })
      .filter((text) => !scrubbedText.includes(text));
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        const scrubbed = secretScrubber([text])(`${before}${text}${after}`);
        // Text on both sides of the mark may form the secret again only if it was there besides the one removed.
        fc.pre(!`${before}${scrubbedText}${after}`.includes(text));
        expect(scrubbed).not.toContain(text);
      }),
    );
  });
});
