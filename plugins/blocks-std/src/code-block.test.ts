import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conv3nError } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import type { CodeRequest } from '@conv3n/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CodeBlockParts, type CodeConfig, codeBlock } from './code-block.ts';
import { openFileJail } from './files/file-jail.ts';
import { blockCall, testStep } from './testing/block-call.ts';

let home: string;
let asked: CodeRequest | undefined;
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'code-')));
});
afterAll(() => rmSync(home, { recursive: true }));

const logs = [
  { level: 'log', message: 'the key is sk-topsecret' },
  { level: 'warn', message: 'careful' },
] as const;
const parts: CodeBlockParts = {
  sandbox: {
    async runCode(request) {
      asked = request;
      if (request.code === 'throw') {
        const error = { code: 'code_error', message: 'no sk-topsecret', retryable: false, kind: 'invalid' } as const;
        return { kind: 'failed', error, logs, logsDropped: 0 };
      }
      return { kind: 'succeeded', data: { echo: 'sk-topsecret' }, logs, logsDropped: 0 };
    },
  },
  clock: { now: () => 0, monotonic: () => 0 },
  jail: () => openFileJail(join(home, 'files'), join(home, 'data')),
  async resolveSecret(name) {
    if (name === 'key') return 'sk-topsecret';
    const kind = name === 'gone' ? 'not_found' : 'internal';
    throw new Conv3nError(`secret_${name}`, name, { kind });
  },
};

async function run(config: CodeConfig, step = testStep, options: Partial<CodeBlockParts> = {}) {
  asked = undefined;
  const call = { ...blockCall(config, 5), roots: { vars: { a: 1 } }, step };
  return await codeBlock({ ...parts, ...options }).run(call, testPlatform().context());
}

describe('custom/code', () => {
  it('hands input, roots and version to the sandbox and answers data and logs', async () => {
    expect(await run({ code: 'x' })).toEqual({
      kind: 'succeeded',
      data: { echo: 'sk-topsecret' },
      logs: [
        { level: 'info', message: 'the key is sk-topsecret' },
        { level: 'warn', message: 'careful' },
      ],
    });
    expect(asked).toMatchObject({
      code: 'x',
      language: 'typescript',
      input: { default: 5 },
      ctx: { vars: { a: 1 } },
      workflowVersionKey: 'wf-1@3',
    });
  });

  it('removes the secrets it declares from data, logs and errors', async () => {
    const manifest = { secrets: ['key', 'gone'] };
    expect(JSON.stringify(await run({ code: 'x', manifest }))).not.toContain('topsecret');
    const failed = await run({ code: 'throw', manifest });
    expect(failed).toMatchObject({
      kind: 'failed',
      port: 'error',
      error: { code: 'code_error', message: 'no [secret]' },
    });
    expect(JSON.stringify(failed)).not.toContain('topsecret');
  });

  it('does not run when the secrets cannot be read', async () => {
    expect(await run({ code: 'x', manifest: { secrets: ['broken'] } })).toMatchObject({
      kind: 'failed',
      port: 'error',
      beforeEffect: true,
    });
    expect(asked).toBeUndefined();
  });

  it('keeps versions and unsaved workflows apart', async () => {
    await run({ code: 'x' }, { ...testStep, workflowId: null, workflowVersion: null });
    expect(asked?.workflowVersionKey).toBe('execution:exec-1');
  });

  it('grants files only inside the jail, and creates the way for those to be written', async () => {
    await run({ code: 'x', manifest: { files: [{ path: 'out/result.txt', access: 'write' }, '.'] } });
    expect(asked?.grants?.files).toEqual([
      { path: join(home, 'files/out/result.txt'), access: 'write' },
      { path: join(home, 'files'), access: 'read' },
    ]);
    expect(await run({ code: 'x', manifest: { files: ['../data'] } })).toMatchObject({
      error: { code: 'path_invalid' },
      port: 'error',
    });
    expect(await run({ code: 'x', manifest: { files: ['none'] } })).toMatchObject({
      error: { code: 'file_not_found' },
    });
    expect(asked).toBeUndefined();
  });

  it('prepares packages, or says that this server has none', async () => {
    const manifest = { packages: { lodash: '4.17.21' } };
    expect(await run({ code: 'x', manifest })).toMatchObject({
      error: { code: 'packages_unavailable' },
      beforeEffect: true,
    });
    await run({ code: 'x', manifest }, testStep, {
      preparePackages: async (packages) => `/packages/${Object.keys(packages)}`,
    });
    expect(asked?.grants).toEqual({ packagesDirectory: '/packages/lodash' });
  });
});
