import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CodeRequest, EgressFetch } from './code.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const requests: string[] = [];
const egress: EgressFetch = async ({ url, method, body, hosts }) => {
  requests.push(`${method} ${url} ${hosts.join()}`);
  if (url.endsWith('/fail')) throw new Error('Connection refused.');
  return { status: 201, headers: { 'X-Kind': 'test' }, body: Buffer.from(body ?? '{"answer":42}') };
};
const secrets = async (name: string) => (name === 'TOKEN' ? 's3cret' : undefined);
let sandbox: Sandbox;

beforeAll(() => {
  sandbox = createSandbox({ egress, secrets, maxOutputBytes: 100_000 });
});
afterAll(() => sandbox.close());

const run = (code: string, rest: Partial<CodeRequest> = {}) =>
  sandbox.runCode({ code, input: null, ctx: {}, workflowVersionKey: 'a:1', timeoutMs: 2000, ...rest });
const data = async (code: string, rest: Partial<CodeRequest> = {}) => {
  const result = await run(code, rest);
  return result.kind === 'succeeded' ? result.data : result.error;
};
const codeOf = async (code: string, rest: Partial<CodeRequest> = {}) => {
  const result = await run(code, rest);
  return result.kind === 'failed' ? result.error.code : result.kind;
};

describe('what code can do', () => {
  it('turns input and context into output', async () => {
    const code = 'export default (input, ctx) => ({ sum: input.a + ctx.vars.b, item: ctx.item, at: ctx.index })';
    expect(await data(code, { input: { a: 1 }, ctx: { vars: { b: 2 }, item: 'x', index: 3 } })).toEqual({
      sum: 3,
      item: 'x',
      at: 3,
    });
  });

  it('takes TypeScript and reports its errors on the lines of the user', async () => {
    const language = 'typescript';
    expect(
      await data('interface A { a: number }\nexport default (i: A): number => i.a', { language, input: { a: 4 } }),
    ).toBe(4);
    expect(
      await run('interface A {}\nexport default () => {\n  throw new TypeError("no");\n}', { language }),
    ).toMatchObject({
      error: { code: 'code_error', message: 'TypeError: no', details: { line: 3, name: 'TypeError' } },
    });
    expect(await codeOf('export default (: number', { language })).toBe('code_syntax_error');
  });

  it('awaits promises, timers and sleep', async () => {
    const code = `export default async () => {
      const order = [];
      setTimeout(() => order.push('late'), 20);
      clearTimeout(setTimeout(() => order.push('never'), 1));
      await sleep(5); order.push('slept');
      await sleep(40); return order;
    }`;
    expect(await data(code)).toEqual(['slept', 'late']);
  });

  it('keeps what the code writes to the console', async () => {
    const result = await run('export default () => { console.log("a", {b: 1}); console.error(new Error("c")) }');
    expect(result.logs).toEqual([
      { level: 'log', message: 'a {"b":1}' },
      { level: 'error', message: 'Error: c' },
    ]);
  });

  it('drops and counts console lines beyond the limit', async () => {
    const result = await run('export default () => { for (let i = 0; i < 1000; i++) console.log("x".repeat(10000)) }');
    expect(result.logs.length).toBeLessThan(10);
    expect(result.logsDropped + result.logs.length).toBe(1000);
  });

  it('gives null for no result and plain JSON for dates and missing members', async () => {
    expect(await data('export default () => {}')).toBe(null);
    expect(await data('export default () => ({ a: new Date(0), b: undefined, c: NaN, d: () => 1 })')).toEqual({
      a: '1970-01-01T00:00:00.000Z',
      c: null,
    });
  });

  it('draws different random numbers in each run', async () => {
    const code = 'export default () => Math.random()';
    expect(await data(code)).not.toBe(await data(code));
  });
});

describe('network and secrets', () => {
  const manifest = { hosts: ['api.example.com'], secrets: ['TOKEN', 'MISSING'] };

  it('sends requests to declared hosts through the egress port', async () => {
    const code = `export default async () => {
      const r = await fetch('https://api.example.com/x', { method: 'post', body: 'hi', headers: { a: 1 } });
      const j = await (await fetch('https://api.example.com/y')).json();
      return [r.status, r.ok, r.headers.get('x-kind'), await r.text(), j.answer];
    }`;
    expect(await data(code, { manifest })).toEqual([201, true, 'test', 'hi', 42]);
    expect(requests).toContain('POST https://api.example.com/x api.example.com');
  });

  it('refuses other hosts, failing requests arrive as errors, and without hosts there is no fetch', async () => {
    const attempt = (url: string) =>
      data(`export default () => fetch(${JSON.stringify(url)}).catch((e) => e.code)`, { manifest });
    expect(await attempt('https://evil.example.com/')).toBe('host_not_declared');
    expect(await attempt('file:///etc/passwd')).toBe('invalid_url');
    expect(await attempt('https://api.example.com/fail')).toBe('request_failed');
    expect(await data('export default () => typeof fetch')).toBe('undefined');
  });

  it('gives declared secrets only', async () => {
    const get = (name: string) =>
      data(`export default (i, ctx) => ctx.secrets.get('${name}').catch((e) => e.code)`, { manifest });
    expect(await get('TOKEN')).toBe('s3cret');
    expect(await get('MISSING')).toBe('secret_not_found');
    expect(await get('OTHER')).toBe('secret_not_declared');
  });
});

describe('attacks', () => {
  it.each([
    ['an endless loop', 'export default () => { for (;;); }', ['code_timeout']],
    ['an endless loop of awaits', 'export default async () => { for (;;) await 1; }', ['code_timeout']],
    [
      'a promise bomb',
      'export default () => { const f = () => Promise.resolve().then(() => { f(); f(); }); f(); return new Promise(() => {}); }',
      ['code_timeout', 'code_out_of_memory'],
    ],
    [
      'native work that no interrupt reaches',
      'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)',
      ['code_timeout'],
    ],
    [
      'a catastrophic regular expression',
      'export default () => /^(a+)+$/.test("a".repeat(40) + "b")',
      ['code_timeout'],
    ],
    [
      'strings without end',
      'export default () => { const a = []; for (;;) a.push("x".repeat(1e6) + a.length); }',
      ['code_out_of_memory'],
    ],
    [
      'arrays without end',
      'export default () => { const a = []; for (;;) a.push(new Array(1e5).fill(a)); }',
      ['code_out_of_memory'],
    ],
    [
      'typed arrays without end',
      'export default () => { const a = []; for (;;) a.push(new Uint8Array(1 << 20)); }',
      ['code_out_of_memory'],
    ],
    ['deep recursion', 'const f = () => f() + 1; export default f', ['code_stack_overflow']],
    ['deep recursion of the parser', 'export default () => eval("[".repeat(1e6))', ['code_stack_overflow']],
    ['a promise nobody settles', 'export default () => new Promise(() => {})', ['code_hanging']],
    ['a timer beyond the time limit', 'export default () => sleep(1e9)', ['code_timeout']],
    [
      'a flood of timers',
      'export default () => { for (let i = 0; i < 1e5; i++) setTimeout(() => {}, 1e6); return sleep(1e6); }',
      ['code_error', 'code_timeout', 'code_out_of_memory'],
    ],
    [
      'a timer that feeds itself',
      'export default () => new Promise(() => { const f = () => setTimeout(f, 0); f(); })',
      ['code_timeout'],
    ],
    ['throwing null', 'export default () => { throw null; }', ['code_error']],
    [
      'throwing an object with hostile members',
      'export default () => { throw { get name() { throw 1; }, get message() { for (;;); } }; }',
      ['code_timeout', 'code_error'],
    ],
    ['importing a module of Node', 'import fs from "node:fs"; export default () => fs', ['code_import_refused']],
    ['no default function', 'export const a = 1', ['code_error']],
    ['a huge result', 'export default () => "x".repeat(1e6)', ['code_output_too_large']],
    ['a cyclic result', 'export default () => { const a = {}; a.a = a; return a; }', ['code_output_not_json']],
    ['a BigInt in the result', 'export default () => ({ a: 1n })', ['code_output_not_json']],
    ['a function as result', 'export default () => () => 1', ['code_output_not_json']],
    ['a toJSON that gives nothing', 'export default () => ({ toJSON: () => undefined })', ['code_output_not_json']],
    ['a getter that throws', 'export default () => ({ get a() { throw new Error("x"); } })', ['code_output_not_json']],
    ['a getter that never ends', 'export default () => ({ get a() { for (;;); } })', ['code_timeout']],
  ])('stops %s', async (_name, code, allowed) => {
    expect(allowed).toContain(await codeOf(code, { timeoutMs: 600, memoryBytes: 16_000_000 }));
    expect(await data('export default (i) => i', { input: 'alive' })).toBe('alive');
  });

  it('holds each run to its own memory limit', async () => {
    const code =
      'export default () => [1, 2, 3, 4].map(() => new Uint8Array(8e6).fill(1)).map((array) => array.length)';
    expect(await data(code, { memoryBytes: 64_000_000 })).toEqual([8e6, 8e6, 8e6, 8e6]);
    expect(await codeOf(code, { memoryBytes: 16_000_000 })).toBe('code_out_of_memory');
    expect(await data(code, { memoryBytes: 64_000_000 })).toEqual([8e6, 8e6, 8e6, 8e6]);
  });

  it('shows nothing of the process', async () => {
    const names = [
      'process',
      'require',
      'module',
      'global',
      'Buffer',
      'WebAssembly',
      'Worker',
      'XMLHttpRequest',
      'host',
    ];
    expect(await data(`export default () => [${names.map((name) => `typeof ${name}`).join()}]`)).toEqual(
      names.map(() => 'undefined'),
    );
    expect(await data('export default () => typeof (() => {}).constructor("return this")().process')).toBe('undefined');
  });

  it('leaves no poison for the next run of the same version', async () => {
    await run(`export default () => {
      for (const thing of [Object, Array, Promise, String, Map]) for (const key of Object.getOwnPropertyNames(thing.prototype)) {
        try { thing.prototype[key] = () => 'poison'; } catch {}
      }
      JSON.stringify = JSON.parse = () => 'poison'; globalThis.leak = 1; Math.random = () => 4;
      Object.prototype.polluted = true; Array.prototype.push.call(globalThis.kept ??= [], 'secret');
    }`);
    const clean =
      'export default () => [typeof leak, typeof kept, ({}).polluted === undefined, JSON.stringify([1].map((x) => x + 1))]';
    expect(await data(clean)).toEqual(['undefined', 'undefined', true, '[2]']);
  });

  it('leaves no poison after a run that ended in a timeout or without memory', async () => {
    await run('Object.prototype.polluted = 1; globalThis.leak = 1; export default () => { for (;;); }', {
      timeoutMs: 200,
    });
    await run('globalThis.leak = 1; export default () => { const a = []; for (;;) a.push(new Array(1e5).fill(a)); }', {
      memoryBytes: 4_000_000,
    });
    expect(await data('export default () => [typeof leak, ({}).polluted]')).toEqual(['undefined', null]);
  });
});

describe('under load', () => {
  it('answers other calls while one loops, and every call gets its own answer', async () => {
    const slow = run('export default () => { for (;;); }', { timeoutMs: 1500 });
    const quick = Array.from({ length: 200 }, (_, index) =>
      data('export default (i) => i * 2', { input: index, workflowVersionKey: `v:${index % 30}` }),
    );
    expect(await Promise.all(quick)).toEqual(quick.map((_, index) => index * 2));
    expect(await slow).toMatchObject({ error: { code: 'code_timeout' } });
  });

  it('interleaves calls that wait', async () => {
    const waits = Array.from({ length: 60 }, (_, index) =>
      data('export default async (i) => { await sleep(100); return i; }', { input: index }),
    );
    expect(await Promise.all(waits)).toEqual(waits.map((_, index) => index));
  });

  it('ends aborted calls, waiting or running, and stays usable', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [
      run('export default () => { for (;;); }', { signal, timeoutMs: 60_000 }),
      run('export default () => sleep(60000)', { signal, timeoutMs: 60_000 }),
      run('export default () => { for (;;); }', { signal, timeoutMs: 60_000 }),
    ];
    setTimeout(() => controller.abort(), 300);
    for (const call of calls) expect(await call).toMatchObject({ error: { code: 'code_aborted' } });
    expect(await run('export default () => 1', { signal })).toMatchObject({ error: { code: 'code_aborted' } });
    expect(await data('export default () => 1')).toBe(1);
  });
});
