import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkStream } from '../crash/stream-checks.ts';
import { Refusal } from '../support/api-client.ts';
import { CountingService } from '../support/counting-service.ts';
import { patient } from '../support/patience.ts';
import { runningServer } from '../support/running-server.ts';
import { mountSmallDisk, scratch } from '../support/scratch.ts';
import { call, chain, single } from '../support/workflows.ts';

test('a disk that fills up refuses new work in clear words, keeps serving reads and goes on when there is room', async ({
  skip,
}) => {
  const place = scratch();
  const disk = mountSmallDisk(place.root, '8m');
  if (!disk) return skip('this machine forbids mounting a small file system');
  const ballast = join(disk.point, 'ballast');
  const service = await CountingService.start();
  const there = { ...place, dataDir: join(disk.point, 'data') };
  const env = { CONV3N_EGRESS_ALLOW: service.authority, CONV3N_LOG_LEVEL: 'error' };
  const { server, api } = await runningServer({ ...there, env });
  const big = await api.publish(single('std/transform', { set: { text: '{{ $trigger.text }}' } }));
  const paid = await api.publish(
    chain({
      pay: call(service.url, 'pay', 'POST'),
      wait: { type: 'std/delay', config: { duration: '1ms' } },
      told: call(service.url, 'told', 'POST'),
    }),
  );
  const before = (await api.execute(big, { text: 'before' })).data.id;

  // The effect happens, then the disk is full, so its outcome cannot be stored yet.
  service.watch = (phase) => {
    if (phase === 'effected') fill(ballast);
  };
  const underWay = (await api.execute(paid, null, { mode: 'async' })).data.id;
  await expect.poll(() => service.effects(`${underWay}:pay`), patient).toBe(1);
  service.watch = () => undefined;

  let refusal: unknown;
  for (let attempt = 0; attempt < 200 && !refusal; attempt += 1) {
    await api.execute(big, { text: 'x'.repeat(60_000) }, { mode: 'async' }).catch((error: unknown) => {
      refusal = error;
    });
  }
  expect(refusal).toBeInstanceOf(Refusal);
  const { status, failure } = refusal as Refusal;
  expect(failure).toMatchObject({ code: 'database_full', retryable: true });
  expect(failure.message).toMatch(/free space/i);
  expect([429, 503, 507]).toContain(status);
  expect(await api.execution(before)).toMatchObject({ status: 'succeeded' });
  expect(server.running).toBe(true);

  rmSync(ballast);
  await expect.poll(() => api.execution(underWay).then((seen) => seen.status), { timeout: 40_000 }).toBe('succeeded');
  expect([service.effects(`${underWay}:pay`), service.effects(`${underWay}:told`)]).toEqual([1, 1]);
  expect((await api.execute(big, { text: 'after' })).data.status).toBe('succeeded');
  for (const { id, status: listed } of await api.executions()) {
    expect(checkStream(id, await api.events(id), listed)).toEqual([]);
  }
  expect(await server.terminate()).toEqual({ code: 0, signal: null });
});

/** Takes all the room that is left. */
function fill(file: string): void {
  for (let size = 8 * 1024 * 1024; size >= 4096; size /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
