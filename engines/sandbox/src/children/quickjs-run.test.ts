import { beforeAll, expect, it } from 'vitest';
import type { Frame } from '../frame.ts';
import type { ChildChannel } from './channel.ts';
import { QuickJsInstances } from './quickjs-instances.ts';
import { QuickJsRun } from './quickjs-run.ts';

let instances: QuickJsInstances;
beforeAll(async () => {
  instances = await QuickJsInstances.load();
});

interface Answer {
  readonly head: Record<string, unknown>;
  readonly body: string;
}

const start = async (code: string, head: object = {}, act?: (run: QuickJsRun, request: object) => void) => {
  const realm = await instances.take('v', 16_000_000);
  const frame: Frame = {
    kind: 1,
    id: 1,
    head: {
      codeLength: code.length,
      inputLength: 4,
      timeoutMs: 500,
      maxOutputBytes: 1000,
      language: 'javascript',
      ...head,
    },
    body: Buffer.from(`${code}null{}`),
  };
  return new Promise<Answer & { reusable: boolean; parked: boolean }>((resolve) => {
    let answer: Answer | undefined;
    let parked = false;
    const channel: ChildChannel = {
      answer: (_id, found, body) => {
        answer = { head: found as Record<string, unknown>, body: String(body ?? '') };
      },
      request: (_id, request) => queueMicrotask(() => act?.(run, request)),
      parked: () => {
        parked = true;
        queueMicrotask(() => act?.(run, {}));
      },
    };
    const run = new QuickJsRun(frame, realm, channel, (reusable) => {
      if (reusable) instances.giveBack('v', realm);
      resolve({ ...(answer as Answer), reusable, parked });
    });
    run.begin();
  });
};

it('answers at once and gives its realm back clean', async () => {
  expect(await start('export default () => { globalThis.x = 1; return 5 }')).toMatchObject({
    body: '5',
    reusable: true,
    parked: false,
  });
  expect(await start('export default () => typeof x')).toMatchObject({ body: '"undefined"' });
});

it('parks while it waits and settles what it asked for', async () => {
  const code = 'export default async (i, ctx) => { await sleep(1); return ctx.secrets.get("T") }';
  const outcome = await start(code, {}, (run, request) => {
    if (!('request' in request)) return;
    const head = { request: request.request, ok: true, info: { value: 'v' } };
    run.reply({ kind: 3, id: 1, head, body: Buffer.alloc(0) });
    run.reply({ kind: 3, id: 1, head, body: Buffer.alloc(0) });
  });
  expect(outcome).toMatchObject({ body: '"v"', parked: true });
});

it('passes requests on with their bodies and gives bytes back', async () => {
  const code = `export default async () => {
    const r = await fetch('https://a/', { body: new Uint8Array([1, 2]), headers: [['a', 'b']] });
    return [r.status, r.ok, r.headers.has('X'), (await r.arrayBuffer()).byteLength, await r.text()];
  }`;
  const outcome = await start(code, { hasNetwork: true }, (run, request) => {
    if (!('request' in request)) return;
    const info = { status: 404, headers: { x: '1' } };
    run.reply({ kind: 3, id: 1, head: { request: request.request, ok: true, info }, body: Buffer.from('hé') });
  });
  expect(JSON.parse(outcome.body)).toEqual([404, false, true, 3, 'hé']);
});

it('ends when it is cancelled', async () => {
  const outcome = await start('export default () => sleep(10000)', {}, (run) => run.cancel());
  expect(outcome.head).toMatchObject({ failure: { code: 'code_aborted' } });
});

it.each([
  ['export default () => { for (;;); }', {}, 'code_timeout', false],
  ['export default () => sleep(10000)', {}, 'code_timeout', true],
  ['export default () => new Promise(() => {})', {}, 'code_hanging', true],
  ['export default () => "x".repeat(2000)', {}, 'code_output_too_large', true],
  ['export default () => Symbol()', {}, 'code_output_not_json', true],
  [
    'export default () => { const a = []; for (;;) a.push(new Array(1e4).fill(1)) }',
    { timeoutMs: 10_000 },
    'code_out_of_memory',
    true,
  ],
  ['enum A { B }', { language: 'typescript' }, 'code_syntax_error', true],
  ['import "x"; export default 1', {}, 'code_import_refused', true],
] as const)('ends %s with a typed failure', async (code, head, expected, reusable) => {
  const outcome = await start(code, { timeoutMs: 100, ...head });
  expect(outcome).toMatchObject({ head: { failure: { code: expected } }, reusable });
});

it('does not take null for a lack of memory after a run that used all of it', async () => {
  await start('export default () => { const a = []; for (;;) a.push(new Uint8Array(1e6)) }', { timeoutMs: 10_000 });
  expect((await start('export default () => { throw null }')).head).toMatchObject({ failure: { code: 'code_error' } });
});
