import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import { runningServer } from '../support/running-server.ts';
import { scratch } from '../support/scratch.ts';

/** `bad` runs beside `good`; both lead to `end`, so that the execution shows whether `bad` failed alone. */
function beside(bad: object): unknown {
  return {
    schema: 'conv3n.workflow/v1',
    name: 'A bad neighbour',
    nodes: {
      bad: { timeout: '2s', onError: 'continue', ...bad },
      good: { type: 'std/transform', config: { set: { good: true } } },
      end: { type: 'std/transform', config: { set: { good: '{{ $node.good.data.good }}' } } },
    },
    edges: [
      { source: 'bad', target: 'end', targetHandle: 'bad' },
      { source: 'good', target: 'end' },
    ],
  };
}

const code = (text: string, manifest?: object) => ({
  type: 'custom/code',
  config: { code: text, ...(manifest && { manifest }) },
});

/** Code that may open one folder runs in a Node process; other code runs in QuickJS. */
const inNode = (text: string) => code(text, { files: ['open'] });

const place = () => {
  const folders = scratch();
  return { ...folders };
};

describe('a step that goes wrong fails alone', () => {
  const cases: Record<string, object> = {
    'it throws': code('export default () => { throw new Error("no"); }'),
    'it throws nothing': code('export default () => { throw null; }'),
    'it hangs': code('export default () => new Promise(() => {})'),
    'it returns a cycle': code('export default () => { const a = {}; a.a = a; return a; }'),
    'it returns a BigInt': code('export default () => 1n'),
    'it returns too much': code('export default () => "x".repeat(20_000_000)'),
    'it loops': code('export default () => { for (;;); }'),
    'it allocates': code('export default () => { const a = []; for (;;) a.push(new Uint8Array(1 << 20)); }'),
    'it recurses': code('const f = () => f() + 1; export default f'),
    'its expression fails': { type: 'std/transform', config: { set: { x: '{{ $trigger.a.b.c }}' } } },
    'its expression builds too much': {
      type: 'std/transform',
      config: { set: { x: '{{ "x".repeat(1000000000).length }}' } },
    },
    'its regular JSONata never ends': {
      type: 'std/transform',
      config: { jsonata: '($f := function($x) { $f($x + 1) }; $f(0))' },
    },
    'its query never ends': {
      type: 'std/database',
      config: {
        connection: 'a.db',
        query: 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n',
      },
    },
    'its file is elsewhere': { type: 'std/file', config: { operation: 'read', path: '../data/secrets.key' } },
    'its address is private': { type: 'std/http_request', config: { url: 'http://127.0.0.1:1/' } },
    'Node code exits': inNode('export default () => process.exit(0)'),
    'Node code loops': inNode('export default () => { for (;;); }'),
    'Node code allocates buffers': inNode(
      'export default () => { const a = []; for (;;) a.push(Buffer.alloc(1 << 23, 1)); }',
    ),
    'Node code signals its parent': inNode(
      'export default () => { for (const target of [process.ppid, -process.ppid, 0, -1]) { try { process.kill(target, "SIGKILL"); } catch {} } throw new Error("still here"); }',
    ),
    'Node code opens files through node:sqlite': inNode(
      'export default async () => { const { DatabaseSync } = await import("node:sqlite"); return new DatabaseSync("DATA/conv3n.db").prepare("select * from sqlite_schema").all(); }',
    ),
    'Node code reads the data directory': inNode(
      'import fs from "node:fs"; export default () => fs.readFileSync("DATA/secrets.key", "utf8")',
    ),
    'Node code writes outside its manifest': inNode(
      'import fs from "node:fs"; export default () => fs.writeFileSync("FILES/stolen.txt", "x")',
    ),
    'Node code reaches the network': inNode(
      'import http from "node:http"; export default () => new Promise((ok, no) => http.get("SERVICE/stolen", ok).on("error", no))',
    ),
    'code reaches hosts outside its manifest': code(
      'export default async () => (await fetch("SERVICE/stolen")).status',
      { hosts: ['example.com'] },
    ),
  };

  test('and the server is unharmed', { timeout: 300_000 }, async () => {
    const folders = place();
    const service = await CountingService.start();
    const { server, api } = await runningServer({ ...folders, env: { CONV3N_EGRESS_ALLOW: '' } });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folders.filesDir, 'open'), { recursive: true });
    const wrong: Record<string, unknown> = {};
    for (const [name, bad] of Object.entries(cases)) {
      const text = JSON.stringify(beside(bad))
        .replaceAll('DATA', folders.dataDir)
        .replaceAll('FILES', folders.filesDir)
        .replaceAll('SERVICE', service.url);
      const began = Date.now();
      const execution = await api.run(JSON.parse(text), {});
      const step = execution.steps.find((candidate) => candidate.node === 'bad');
      const whole = execution.status === 'succeeded' && JSON.stringify(execution.output) === '{"good":true}';
      if (step?.status !== 'failed' || !whole || Date.now() - began > 30_000) {
        wrong[name] = { took: Date.now() - began, status: execution.status, step, error: execution.error };
      }
      if (!server.running) throw new Error(`When ${name}, the server ended: ${server.stderr}`);
    }
    expect(wrong).toEqual({});
    expect(service.calls).toEqual([]);
    expect(readdirSync(folders.filesDir)).not.toContain('stolen.txt');
    expect((await fetch(`${api.url}/ready`)).status).toBe(200);
    expect(await server.terminate()).toEqual({ code: 0, signal: null });
  });
});

test('poisoned built-ins and global state do not reach the next run, in either sandbox', async () => {
  const folders = place();
  const { server, api } = await runningServer(folders);
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folders.filesDir, 'open'), { recursive: true });
  writeFileSync(join(folders.filesDir, 'open', 'here.txt'), 'here');
  const text = `export default (input, ctx) => {
    const before = [typeof globalThis.leak, ({}).polluted ?? 'clean', JSON.stringify([1].map((x) => x + 1))];
    globalThis.leak = 1; Object.prototype.polluted = 'poison'; Array.prototype.map = () => 'poison'; JSON.parse = () => 'poison';
    return before;
  }`;
  for (const manifest of [undefined, { files: ['open'] }]) {
    const workflow = await api.publish(beside(code(text, manifest)));
    for (let round = 0; round < 3; round += 1) {
      const { data } = await api.execute(workflow, {});
      const [bad] = data.steps.filter((step) => step.node === 'bad');
      expect(bad).toMatchObject({ status: 'succeeded', data: ['undefined', 'clean', '[2]'] });
    }
  }
  expect(await server.terminate()).toEqual({ code: 0, signal: null });
});

test('code sees nothing of the server environment', async () => {
  const folders = place();
  const { api } = await runningServer({ ...folders, env: { SECRET_OF_THE_HOST: 'visible', CONV3N_ENV_ALLOW: '' } });
  const { mkdirSync } = await import('node:fs');
  mkdirSync(join(folders.filesDir, 'open'), { recursive: true });
  const look = 'JSON.stringify([typeof process === "undefined" ? null : process.env, ctx.env ?? null])';
  for (const bad of [
    code(`export default (input, ctx) => ${look}`),
    inNode(`export default (input, ctx) => ${look}`),
  ]) {
    const { steps } = await api.run(beside(bad), {});
    const step = steps.find((candidate) => candidate.node === 'bad');
    expect(step?.status).toBe('succeeded');
    expect(String(step?.data)).not.toContain('visible');
    expect(String(step?.data)).not.toContain('CONV3N_');
  }
});
