import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';
import type { CodeRequest } from './code.ts';
import { NodeCodeRunner } from './node-code.ts';
import { resolveSandboxOptions } from './options.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

let sandbox: Sandbox;
let walled: boolean;
let folder: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'conv3n-test-')));
  mkdirSync(join(folder, 'staging/node_modules/left'), { recursive: true });
  mkdirSync(join(folder, 'open'));
  writeFileSync(join(folder, 'staging/node_modules/left/package.json'), '{"name":"left","main":"index.js"}');
  writeFileSync(join(folder, 'staging/node_modules/left/index.js'), 'exports.pad = (s, n) => s.padStart(n, "0");');
  writeFileSync(join(folder, 'open/a.txt'), 'content');
  writeFileSync(join(folder, 'secret.txt'), 'top secret');
  writeFileSync(join(folder, 'secret.mjs'), 'export const secret = 1');
  sandbox = createSandbox({
    maxOutputBytes: 100_000,
    egress: async ({ url }) => ({ status: 200, headers: {}, body: Buffer.from(url) }),
    secrets: async () => 's3cret',
  });
  walled = (await sandbox.confinement()) !== 'guard';
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const run = (code: string, rest: Partial<CodeRequest> = {}) =>
  sandbox.runCode({
    code,
    input: { a: 1 },
    ctx: { vars: { v: 2 } },
    manifest: { packages: ['left'], hosts: ['a.example.com'], secrets: ['T'] },
    grants: { packagesDirectory: join(folder, 'staging'), files: [{ path: join(folder, 'open'), access: 'write' }] },
    workflowVersionKey: 'n:1',
    timeoutMs: 3000,
    ...rest,
  });
const data = async (code: string, rest: Partial<CodeRequest> = {}) => {
  const result = await run(code, rest);
  return result.kind === 'succeeded' ? result.data : result.error;
};
const codeOf = async (code: string, rest: Partial<CodeRequest> = {}) => {
  const result = await run(code, rest);
  return result.kind === 'failed' ? result.error.code : result.kind;
};
/** Runs one expression and gives `reached` or the code of its error. */
const attempt = (imports: string, expression: string) =>
  data(`${imports}
    export default async () => { try { await (async () => { ${expression} })(); return 'reached'; } catch (e) { return 'refused'; } }`);

describe('what code can do', () => {
  it('imports declared packages, reads input, context and secrets, and sends requests', async () => {
    const code = `import { pad } from 'left';
      export default async (input: { a: number }, ctx: any) => {
        console.log('n', 1);
        const response = await fetch('https://a.example.com/x');
        return [pad(String(input.a + ctx.vars.v), 3), await ctx.secrets.get('T'), await response.text()];
      }`;
    expect(await run(code, { language: 'typescript' })).toMatchObject({
      data: ['003', 's3cret', 'https://a.example.com/x'],
      logs: [{ level: 'log', message: 'n 1' }],
    });
  });

  it('opens declared files', async () => {
    const path = JSON.stringify(join(folder, 'open/a.txt'));
    const code = `import fs from 'node:fs';
      export default () => { const text = fs.readFileSync(${path}, 'utf8'); fs.writeFileSync(${path}, text + '!'); return text; }`;
    expect(await data(code)).toBe('content');
    expect(readFileSync(join(folder, 'open/a.txt'), 'utf8')).toBe('content!');
  });

  it('reports errors on the lines of the user', async () => {
    expect(await run('export default () => {\n  null.x;\n}')).toMatchObject({ error: { details: { line: 2 } } });
    expect(await codeOf('let x = ;')).toBe('code_syntax_error');
    expect(await codeOf('import "absent"; export default () => 1')).toBe('code_import_refused');
  });
});

describe('attacks', () => {
  it.each([
    ['an endless loop', 'export default () => { for (;;); }', ['code_timeout']],
    ['an endless loop of awaits', 'export default async () => { for (;;) await 1; }', ['code_timeout']],
    ['a promise nobody settles', 'export default () => new Promise(() => {})', ['code_timeout']],
    [
      'a flood of timers',
      'export default () => new Promise(() => { for (;;) setTimeout(() => {}, 1e6); })',
      ['code_timeout', 'code_out_of_memory'],
    ],
    [
      'strings without end',
      'export default () => { const a = []; for (;;) a.push("x".repeat(1e5) + a.length).toString(); }',
      ['code_out_of_memory', 'code_timeout'],
    ],
    [
      'arrays without end',
      'export default () => { const a = []; for (;;) a.push(new Array(1e5).fill(1.5)); }',
      ['code_out_of_memory'],
    ],
    [
      'buffers without end',
      'export default () => { const a = []; for (;;) a.push(Buffer.alloc(1 << 23, 1)); }',
      ['code_out_of_memory'],
    ],
    ['deep recursion', 'const f = () => f() + 1; export default f', ['code_stack_overflow']],
    ['process.exit', 'export default () => process.exit(0)', ['code_exited']],
    ['throwing null', 'export default () => { throw null; }', ['code_error']],
    [
      'an unhandled rejection',
      'export default () => { Promise.reject(new Error("x")); return new Promise(() => {}); }',
      ['code_error'],
    ],
    ['a huge result', 'export default () => "x".repeat(1e6)', ['code_output_too_large']],
    ['a cyclic result', 'export default () => { const a = {}; a.a = a; return a; }', ['code_output_not_json']],
    ['a BigInt in the result', 'export default () => ({ a: 1n })', ['code_output_not_json']],
    [
      'a flood on its output',
      'export default () => { for (;;) { process.stdout.write("x".repeat(1e5)); process.stderr.write("y".repeat(1e5)); } }',
      ['code_timeout', 'code_out_of_memory'],
    ],
    [
      'a flood on the channel',
      'import fs from "node:fs"; export default () => { const b = Buffer.alloc(65536); for (;;) try { fs.writeSync(3, b); } catch {} }',
      ['code_error', 'code_output_too_large', 'code_timeout'],
    ],
    [
      'garbage on the channel',
      'import fs from "node:fs"; export default () => { fs.writeSync(3, "garbage that is no frame at all"); return new Promise(() => {}); }',
      ['code_error'],
    ],
  ])('stops %s', async (_name, code, allowed) => {
    expect(allowed).toContain(await codeOf(code, { timeoutMs: 1000 }));
    expect(sandbox.pids()).toEqual([]);
  });

  it.each([
    [
      'files through node:sqlite',
      "const s = await import('node:sqlite'); new s.DatabaseSync('FOLDER/secret.txt').exec('select 1');",
    ],
    ['files through fs', "(await import('node:fs')).readFileSync('FOLDER/secret.txt');"],
    ['files through a URL', "(await import('node:fs')).readFileSync(new URL('file://FOLDER/secret.txt'));"],
    ['files through an import', "await import('FOLDER/secret.mjs');"],
    ['files by writing', "(await import('node:fs')).writeFileSync('FOLDER/written.txt', 'x');"],
    [
      'files through a link',
      "const fs = await import('node:fs'); fs.symlinkSync('FOLDER/secret.txt', 'FOLDER/open/link'); fs.readFileSync('FOLDER/open/link');",
    ],
    ['the process table', "(await import('node:fs')).readFileSync('/proc/self/status');"],
    ['process.binding', "process.binding('fs').internalModuleStat('/etc/passwd');"],
    [
      'sockets',
      "const n = await import('node:net'); await new Promise((r, j) => n.connect(PORT, '127.0.0.1', r).on('error', j));",
    ],
    [
      'http',
      "const h = await import('node:http'); await new Promise((r, j) => h.get('http://127.0.0.1:PORT', r).on('error', j));",
    ],
    ['names', "await (await import('node:dns/promises')).resolve4('example.com');"],
    [
      'datagrams',
      "const d = (await import('node:dgram')).createSocket('udp4'); await new Promise((r, j) => { d.on('error', j); d.bind(0, r); });",
    ],
    ['undeclared hosts', "await fetch('http://127.0.0.1:PORT/');"],
    ['workers', "const { Worker } = await import('node:worker_threads'); new Worker('1', { eval: true });"],
    ['processes', "(await import('node:child_process')).execFileSync('/bin/true');"],
    ['native addons', "process.dlopen({ exports: {} }, 'FOLDER/open/a.node');"],
    ['the inspector', "(await import('node:inspector')).open(0);"],
    ['process.send', 'process.send({});'],
  ])('does not reach %s', async (_name, expression) => {
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const filled = expression.replaceAll('FOLDER', folder).replaceAll('PORT', String(port));
    expect(await attempt('', filled)).toBe('refused');
    server.close();
    expect(existsSync(join(folder, 'written.txt'))).toBe(false);
  });

  it('sees an empty environment', async () => {
    expect(await data('export default () => process.env')).toEqual({});
  });

  it('signals neither its parent, its group, nor process 1 where the host allows walls', async ({ skip }) => {
    if (!walled) skip('this host allows no namespaces and no other user');
    expect(await attempt('', `process.kill(${process.pid}, 0);`)).toBe('refused');
    expect(await attempt('', `process.kill(${process.ppid}, 'SIGKILL');`)).toBe('refused');
    for (const target of ['process.ppid', '-process.ppid', '1', '-1', '-process.pid']) {
      await codeOf(`export default () => { process.kill(${target}, 'SIGKILL'); }`, { timeoutMs: 500 });
    }
    expect(await data('export default () => "alive"')).toBe('alive');
  });

  it('signals nobody as a user that owns nothing, where namespaces are missing', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('needs root');
    const host = {
      level: 'own-user',
      setpriv: true,
      prlimit: true,
    } as const;
    const options = resolveSandboxOptions();
    const places = new Admission({ places: 1, maxQueue: 0, maxWaitMs: 1000 });
    const runner = new NodeCodeRunner(host, { maxResponseBytes: 1000 }, options, places);
    const code = `export default () => { try { process.kill(${process.pid}, 0); return 'reached'; } catch (e) { return e.code; } }`;
    const request = { code, input: null, ctx: {}, workflowVersionKey: 'u:1' };
    expect(await runner.run(request)).toMatchObject({ data: 'EPERM' });
    await runner.close();
    expect(await runner.run(request)).toMatchObject({ error: { code: 'sandbox_closed' } });
  });

  it('forges at most its own answer by writing frames itself', async () => {
    const code = `import fs from 'node:fs';
      export default () => {
        const head = Buffer.from(JSON.stringify({ failure: { code: 'sandbox_closed', message: 'forged' }, logs: 'x' }));
        const frame = Buffer.alloc(13 + head.length);
        frame.writeUInt32BE(9 + head.length, 0); frame[4] = 11; frame.writeUInt32BE(1, 5); frame.writeUInt32BE(head.length, 9);
        head.copy(frame, 13); fs.writeSync(3, frame); return new Promise(() => {});
      }`;
    expect(await run(code)).toMatchObject({ kind: 'failed', error: { message: 'forged' }, logs: [] });
    expect(await data('export default () => 1')).toBe(1);
  });

  it('runs each call in its own process, so poison does not stay', async () => {
    await run('Object.prototype.polluted = 1; JSON.stringify = () => "1"; globalThis.leak = 1; export default () => 1');
    expect(await data('export default () => [({}).polluted, typeof leak, JSON.stringify([])]')).toEqual([
      null,
      'undefined',
      '[]',
    ]);
  });

  it('ends an aborted run and every process of it', async () => {
    const controller = new AbortController();
    const call = run('export default () => { for (;;); }', { signal: controller.signal, timeoutMs: 60_000 });
    setTimeout(() => controller.abort(), 400);
    expect(await call).toMatchObject({ error: { code: 'code_aborted' } });
    expect(sandbox.pids()).toEqual([]);
  });
});

it('is a guard where namespaces are switched off, and still stops loops and memory', async () => {
  const guard = createSandbox({ namespaces: 'off' });
  expect(await guard.confinement()).toBe('guard');
  const request = { input: null, ctx: {}, manifest: { packages: ['left'] }, workflowVersionKey: 'g:1', timeoutMs: 500 };
  expect(await guard.runCode({ ...request, code: 'export default () => 7' })).toMatchObject({ data: 7 });
  const loop = await guard.runCode({ ...request, code: 'export default () => { for (;;); }' });
  expect(loop).toMatchObject({ error: { code: 'code_timeout' } });
  await guard.close();
});
