import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exitCode, exitCodeMeanings, exitCodeOf, exitCodeOfStatus } from './exit-code.ts';

it.each([
  ['invalid', 2],
  ['too_large', 2],
  ['unsupported', 2],
  ['unauthenticated', 3],
  ['denied', 3],
  ['not_found', 3],
  ['conflict', 3],
  ['precondition', 3],
  ['misdirected', 3],
  ['exhausted', 4],
  ['unavailable', 4],
  ['timeout', 4],
  ['cancelled', 130],
  ['internal', 1],
  [undefined, 1],
])('ends with the code of an error of kind %s', (kind, code) => {
  expect(exitCodeOf(kind)).toBe(code);
});

it.each([
  ['succeeded', 0],
  ['failed', 10],
  ['cancelled', 10],
  ['timed_out', 10],
  ['queued', 11],
  ['running', 11],
  ['waiting', 11],
  ['in_doubt', 11],
])('ends with the code of an execution that is %s', (status, code) => {
  expect(exitCodeOfStatus(status)).toBe(code);
});

it('is documented in the README, code by code', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const [name, code] of Object.entries(exitCode)) {
    expect(readme).toContain(`| ${code} | ${exitCodeMeanings[name as keyof typeof exitCode]} |`);
  }
});
