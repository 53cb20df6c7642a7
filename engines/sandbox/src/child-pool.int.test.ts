import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ChildLink } from './child-link.ts';
import { ChildPool, type ChildPoolOptions } from './child-pool.ts';
import { startHouseChild } from './house-child.ts';
import { createSandbox } from './sandbox.ts';

const options: Omit<ChildPoolOptions, 'launch'> = {
  maxChildren: 2,
  window: 4,
  maxParked: 8,
  maxQueue: 20,
  maxQueueMs: 10_000,
  idleMs: 60_000,
  graceMs: 100,
  maxChildBytes: 2 ** 30,
};
const queryPool = (rest: Partial<ChildPoolOptions> = {}) =>
  new ChildPool({ ...options, launch: (onFrame) => startHouseChild('queries', undefined, onFrame), ...rest });
const call = (pattern: string, timeoutMs = 5000) => ({
  head: { kind: 'regex', maxBytes: 1000 },
  body: JSON.stringify({
    operation: 'test',
    pattern,
    flags: '',
    input: `${'a'.repeat(40)}!`,
    replacement: '',
    maxMatches: 1,
  }),
  timeoutMs,
  replayable: () => true,
});
const bomb = '^(a+)+$';
const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const zombies = (): string[] =>
  readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const [, state, parent] =
        readFileSync(`/proc/${name}/stat`, 'utf8')
          .split(') ')[1]
          ?.match(/^(\S) (\d+)/) ?? [];
      return state === 'Z' && Number(parent) === process.pid;
    } catch {
      return false;
    }
  });

it('has no child before the first call and none after the last one was idle', async () => {
  const pool = queryPool({ idleMs: 50 });
  expect(pool.pids()).toEqual([]);
  expect(await pool.run(call('a'))).toMatchObject({ kind: 'answered' });
  const [pid] = pool.pids() as [number];
  expect(alive(pid)).toBe(true);
  await expect.poll(() => pool.pids(), { timeout: 5000 }).toEqual([]);
  expect(alive(pid)).toBe(false);
  await pool.close();
});

it('never has more children than allowed and refuses calls beyond its queue', async () => {
  const pool = queryPool({ maxQueue: 5 });
  const outcomes = Promise.all(Array.from({ length: 40 }, () => pool.run(call('a'))));
  expect(pool.pids().length).toBeLessThanOrEqual(2);
  const kinds = (await outcomes).map((outcome) => outcome.kind);
  expect(kinds.filter((kind) => kind === 'answered').length).toBe(5);
  expect(kinds.filter((kind) => kind === 'overloaded').length).toBe(35);
  await pool.close();
});

it('refuses a call that waits too long for a child', async () => {
  const pool = queryPool({ maxChildren: 1, window: 1, maxQueueMs: 3000 });
  const controller = new AbortController();
  const bad = pool.run({ ...call(bomb, 60_000), signal: controller.signal });
  expect(await pool.run(call('a'))).toMatchObject({ kind: 'overloaded' });
  controller.abort();
  expect(await bad).toMatchObject({ kind: 'aborted' });
  await pool.close();
});

it('moves calls that wait behind a slow one, and replays those of a killed child', async () => {
  const pool = queryPool();
  await pool.run(call('a'));
  const slow = pool.run(call(bomb, 600));
  const others = Array.from({ length: 8 }, () => pool.run(call('a')));
  for (const other of others) expect(await other).toMatchObject({ kind: 'answered' });
  expect(await slow).toMatchObject({ kind: 'timeout' });
  await pool.close();
});

it('replaces a child that something else killed and reports the call it ran', async () => {
  const pool = queryPool({ maxChildren: 1, window: 1 });
  await pool.run(call('a'));
  const [pid] = pool.pids() as [number];
  const running = pool.run(call(bomb, 60_000));
  const waiting = pool.run(call('a'));
  setTimeout(() => process.kill(pid, 'SIGKILL'), 200);
  expect(await running).toMatchObject({ kind: 'crashed', exit: { signal: 'SIGKILL' } });
  expect(await waiting).toMatchObject({ kind: 'answered' });
  expect(pool.pids()).not.toContain(pid);
  await pool.close();
});

it('answers a call that waits behind aborted ones, however many children are killed for them', async () => {
  const pool = queryPool();
  for (let round = 0; round < 5; round += 1) {
    const controller = new AbortController();
    const { signal } = controller;
    const bad = Array.from({ length: 4 }, () => pool.run({ ...call(bomb, 60_000), signal }));
    setTimeout(() => controller.abort(), 250);
    for (const each of bad) expect(await each).toEqual({ kind: 'aborted' });
    const good = Array.from({ length: 6 }, () => pool.run(call('a')));
    for (const each of good) expect(await each).toMatchObject({ kind: 'answered' });
  }
  await pool.close();
});

it('kills a child that grows beyond its memory', async () => {
  const pool = queryPool({ maxChildBytes: 1 });
  expect(await pool.run(call(bomb, 10_000))).toMatchObject({ kind: 'crashed', exit: { reason: 'memory_limit' } });
  await pool.close();
});

it('gives up on waiting calls when children do not start, with their last words', async () => {
  let starts = 0;
  const pool = queryPool({
    launch: (onFrame) => {
      starts += 1;
      return new ChildLink(
        { file: '/bin/sh', args: ['-c', 'echo broken >&2; exit 3'], env: {}, maxFrameBytes: 1000 },
        onFrame,
      );
    },
  });
  expect(await pool.run(call('a'))).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('broken') });
  expect(starts).toBe(3);
  await pool.close();
});

it('survives a program that does not exist and a child that talks nonsense', async () => {
  const missing = queryPool({
    launch: (onFrame) => new ChildLink({ file: '/nowhere', args: [], env: {}, maxFrameBytes: 1000 }, onFrame),
  });
  expect(await missing.run(call('a'))).toMatchObject({ kind: 'unavailable' });
  await missing.close();
  const args = ['-c', 'printf "nonsense nonsense nonsense" >&3; sleep 60'];
  const babbling = queryPool({
    launch: (onFrame) => new ChildLink({ file: '/bin/sh', args, env: {}, maxFrameBytes: 1000 }, onFrame),
  });
  expect(await babbling.run(call('a'))).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('protocol'),
  });
  await babbling.close();
});

it('settles every call at close, refuses later ones and leaves neither processes nor zombies', async () => {
  const sandbox = createSandbox();
  const code = 'export default () => { for (;;); }';
  const request = { code, input: null, ctx: {}, workflowVersionKey: 'c:1', timeoutMs: 60_000 };
  const calls = [
    sandbox.runCode(request),
    sandbox.runCode({ ...request, manifest: { packages: ['x'] } }),
    sandbox.evaluateRegex({ operation: 'test', pattern: bomb, input: `${'a'.repeat(40)}!`, timeoutMs: 60_000 }),
  ];
  await expect.poll(() => sandbox.pids().length, { timeout: 10_000 }).toBe(3);
  const pids = [...sandbox.pids()];
  await sandbox.close();
  await sandbox.close();
  for (const each of calls) expect(await each).toMatchObject({ error: { code: 'sandbox_closed' } });
  expect(await sandbox.runCode(request)).toMatchObject({ error: { code: 'sandbox_closed' } });
  expect(pids.filter(alive)).toEqual([]);
  expect(zombies()).toEqual([]);
});

it('leaves no child behind when its own process is killed', async () => {
  const script = `
    import { createSandbox } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const sandbox = createSandbox();
    await sandbox.runCode({ code: 'export default () => 1', input: null, ctx: {}, workflowVersionKey: 'k' });
    void sandbox.runCode({ code: 'export default () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', input: null, ctx: {}, workflowVersionKey: 'k', timeoutMs: 1e6 });
    setTimeout(() => { console.log(sandbox.pids().join()); process.kill(process.pid, 'SIGKILL'); }, 300);`;
  let output = '';
  try {
    execFileSync(process.execPath, ['--conditions=source', '--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
    });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const pids = output.trim().split(',').map(Number);
  expect(pids[0]).toBeGreaterThan(1);
  await expect.poll(() => pids.filter(alive), { timeout: 5000 }).toEqual([]);
});
