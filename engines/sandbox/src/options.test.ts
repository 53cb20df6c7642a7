import { expect, it } from 'vitest';
import { isSandboxErrorCode } from './errors.ts';
import { resolveSandboxOptions } from './options.ts';

it('fills in defaults and keeps what is given', () => {
  expect(resolveSandboxOptions({ maxChildren: 3 })).toMatchObject({
    maxChildren: 3,
    idleMs: 60_000,
    namespaces: 'auto',
  });
});

it.each([{ maxChildren: 0 }, { maxChildren: 65 }, { idleMs: Number.NaN }, { maxOutputBytes: -1 }])(
  'refuses %j',
  (options) => {
    expect(() => resolveSandboxOptions(options)).toThrow(expect.objectContaining({ code: 'invalid_sandbox_options' }));
  },
);

it('knows its own codes only', () => {
  expect(['code_timeout', 'toString', 1].map(isSandboxErrorCode)).toEqual([true, false, false]);
});
