import { cpSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkStream } from '../crash/stream-checks.ts';
import type { ApiClient } from '../support/api-client.ts';
import { runningServer } from '../support/running-server.ts';
import { type Scratch, scratch } from '../support/scratch.ts';
import { chain } from '../support/workflows.ts';

const executions = 30;

/** A killed server's data directory: its write-ahead log holds most of what was acknowledged. */
async function killedServer(place: Scratch): Promise<string> {
  const { server, api } = await runningServer(place);
  const workflow = await api.publish(
    chain({
      first: { type: 'std/transform', config: { set: { n: '{{ $trigger.n }}' } } },
      noted: { type: 'std/set_var', config: { name: 'noted', value: '{{ $trigger.n }}' } },
      later: { type: 'std/delay', config: { duration: '1ms' } },
      last: { type: 'std/transform', config: { set: { n: '{{ $vars.noted }}' } } },
    }),
  );
  await Promise.all(Array.from({ length: executions }, (_, n) => api.execute(workflow, { n })));
  await Promise.all(Array.from({ length: executions }, (_, n) => api.execute(workflow, { n }, { mode: 'async' })));
  await server.kill();
  const log = join(place.dataDir, 'conv3n.db-wal');
  expect(existsSync(log) && statSync(log).size).toBeGreaterThan(100_000);
  return log;
}

/** Everything the server still knows is whole, goes on and ends. */
async function expectWhole(place: Scratch): Promise<number> {
  const { server, api } = await runningServer(place);
  await ended(api);
  const listed = await api.executions();
  const problems: string[] = [];
  for (const { id, status } of listed) {
    problems.push(...checkStream(id, await api.events(id), status));
    const { input, output } = await api.execution(id);
    if (JSON.stringify(input) !== JSON.stringify(output)) problems.push(`${id} answered ${JSON.stringify(output)}`);
  }
  expect(problems).toEqual([]);
  const { items } = (await api.call<{ items: { id: string }[] }>('GET', '/api/v1/workflows')).data;
  if (listed.length > 0) expect(items).toHaveLength(1);
  expect(await server.terminate()).toEqual({ code: 0, signal: null });
  return listed.length;
}

async function ended(api: ApiClient): Promise<void> {
  await expect
    .poll(async () => (await api.executions()).filter(({ finished_at }) => finished_at === null).length, {
      timeout: 20_000,
    })
    .toBe(0);
}

test('a log cut anywhere after a kill loses its last commits whole, and nothing else', {
  timeout: 120_000,
}, async () => {
  const place = scratch();
  const log = await killedServer(place);
  const size = statSync(log).size;
  const kept: number[] = [];
  for (const length of [size, size - 1, size - 4121, Math.floor(size * 0.7), Math.floor(size * 0.3), 33, 31, 0]) {
    const copy = { ...place, dataDir: join(place.root, `cut-${length}`) };
    cpSync(place.dataDir, copy.dataDir, { recursive: true });
    truncateSync(join(copy.dataDir, 'conv3n.db-wal'), length);
    kept.push(await expectWhole(copy));
  }
  expect(kept[0]).toBe(2 * executions);
  expect(kept).toEqual([...kept].sort((a, b) => b - a));
});

test('a log with a flipped byte in the middle ends at the commit before it', { timeout: 120_000 }, async () => {
  const place = scratch();
  const log = await killedServer(place);
  const bytes = readFileSync(log);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] as number) ^ 0xff;
  writeFileSync(log, bytes);
  expect(await expectWhole(place)).toBeLessThan(2 * executions);
});
