import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEgress } from '@conv3n/egress';
import { isRecord, type JsonObject, type JsonSchema } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage, type Plugin, type Runtime } from '@conv3n/runtime';
import { createSandbox } from '@conv3n/sandbox';
import type { BlockManifest, BlockResult } from '@conv3n/workflow';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksStdPlugin } from './blocks-std-plugin.ts';
import { blockCall, dataOf } from './testing/block-call.ts';

const types = ['custom/code', 'std/condition', 'std/database', 'std/file', 'std/http_request', 'std/transform'];
const platform = testPlatform();
const home = realpathSync(mkdtempSync(join(tmpdir(), 'blocks-')));
const egress = createEgress({ allow: ['127.0.0.1'], timers: platform.timers });
const sandbox = createSandbox();
const server = createServer((_request, response) =>
  response.setHeader('content-type', 'application/json').end('{"id":7}'),
);
let runtime: Runtime;
let base: string;

const secrets: Plugin = {
  manifest: { id: 'secrets', version: '1.0.0', description: 'x', capabilities: ['svc:register:secrets.resolve'] },
  load({ services }) {
    services.register<{ name: string }, { value: string }>({ name: 'secrets.resolve' }, ({ name }) => ({
      value: `value of ${name}`,
    }));
  },
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const blocks = blocksStdPlugin({ egress, sandbox, filesDir: join(home, 'files'), dataDir: join(home, 'data') });
  runtime = createRuntime({
    platform,
    storage: memoryStorage(platform),
    compileSchema: () => () => [],
    plugins: [{ plugin: secrets }, { plugin: blocks }],
  });
  await runtime.start();
});
afterAll(async () => {
  await runtime.stop();
  await Promise.all([sandbox.close(), egress.close()]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(home, { recursive: true });
});

function manifestOf(type: string): BlockManifest {
  const found = runtime.services.list(`block:${type}`)[0]?.annotations?.['block'];
  return found as unknown as BlockManifest;
}

const call = async (type: string, config: JsonObject, input?: unknown): Promise<BlockResult> =>
  await runtime.services.call<BlockResult>(`block:${type}`, blockCall(config, input), platform.context());

describe('the plugin of the standard blocks', () => {
  it('registers each block as a service with its manifest', () => {
    expect(runtime.services.list('block:').map((service) => service.name)).toEqual(
      types.map((type) => `block:${type}`),
    );
    for (const type of types) expect(manifestOf(type)).toMatchObject({ type });
  });

  it.each(types)('runs the example of %s, with data in the shape it declares', async (type) => {
    const { example, output } = manifestOf(type);
    // What the expressions of the example evaluate to, and an address that exists.
    const evaluated: Record<string, JsonObject> = {
      'std/transform': { set: { total: 120 } },
      'std/condition': { if: true },
      'std/http_request': { ...example, url: `${base}/orders` },
    };
    const result = await call(type, evaluated[type] ?? (example as JsonObject), { total: 120 });
    const data = dataOf(result);
    if (output) {
      const check = new Ajv2020({ strict: false }).compile(output as JsonSchema & object);
      expect(check(data), JSON.stringify(check.errors)).toBe(true);
    }
    if (isRecord(data) && type === 'custom/code') expect(data).toEqual({ tier: 'gold' });
  });

  it('refuses an operation that a block does not answer', async () => {
    const request = { ...blockCall({ if: true }), operation: 'reconcile' };
    await expect(runtime.services.call('block:std/condition', request, platform.context())).rejects.toMatchObject({
      code: 'operation_not_supported',
    });
  });

  it('resolves secrets through the runtime', async () => {
    const result = await call('std/http_request', { url: base, auth: { type: 'bearer', token: { $secret: 'x' } } });
    expect(dataOf(result)).toMatchObject({ body: { id: 7 } });
  });

  it('writes and reads SQLite, and does not write in read mode', async () => {
    const db = async (query: string, rest: JsonObject = {}): Promise<BlockResult> =>
      await call('std/database', { connection: 'sqlite:t/x.db', query, ...rest });
    await db('create table t (a, b)', { mode: 'write' });
    expect(dataOf(await db('insert into t values (?, ?)', { mode: 'write', params: [1, 'x'] }))).toMatchObject({
      changes: 1,
    });
    expect(dataOf(await db('select * from t where a = :a', { params: { a: 1 } }))).toEqual({
      rows: [{ a: 1, b: 'x' }],
      changes: 0,
    });
    expect(await db('insert into t values (2, 3)')).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringMatching(/Set mode to "write"/) },
    });
    expect(await db("attach '/etc/x.db' as y", { mode: 'write' })).toMatchObject({
      kind: 'failed',
      beforeEffect: true,
    });
  });

  it('runs JSONata with recorded time, the same in every replay', async () => {
    const run = async () =>
      dataOf(
        await call('std/transform', { jsonata: '{"sum": $sum(n), "at": $millis(), "by": $random()}' }, { n: [1, 2] }),
      );
    const first = await run();
    expect(first).toMatchObject({ sum: 3, at: 0 });
    expect(await run()).toEqual(first);
    expect(await call('std/transform', { jsonata: '(' })).toMatchObject({
      kind: 'failed',
      error: { code: 'jsonata_error' },
    });
  });

  it('leaves by the error port with the logs when code throws', async () => {
    const code = 'export default () => { console.warn("soon"); throw new Error("broken"); }';
    expect(await call('custom/code', { code })).toMatchObject({
      kind: 'failed',
      port: 'error',
      error: { code: 'code_error' },
      logs: [{ level: 'warn', message: 'soon' }],
    });
  });
});

describe('the files directory of the plugin', () => {
  it('is checked at the first use and again after a failure', async () => {
    const [block] = [
      blocksStdPlugin({ egress, sandbox, filesDir: join(home, 'data', 'files'), dataDir: join(home, 'data') }),
    ];
    const other = createRuntime({
      platform,
      storage: memoryStorage(platform),
      compileSchema: () => () => [],
      plugins: [{ plugin: block }],
    });
    await other.start();
    for (let i = 0; i < 2; i += 1) {
      const request = blockCall({ operation: 'list', path: '.' });
      expect(await other.services.call('block:std/file', request, platform.context())).toMatchObject({
        error: { code: 'files_dir_invalid' },
      });
    }
    await other.stop();
  });
});
