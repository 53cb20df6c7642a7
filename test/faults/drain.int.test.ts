import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../support/api-client.ts';
import { CountingService } from '../support/counting-service.ts';
import { patient } from '../support/patience.ts';
import { runningServer } from '../support/running-server.ts';
import { scratch } from '../support/scratch.ts';
import { adminKey } from '../support/server-process.ts';
import { call, chain, single } from '../support/workflows.ts';

const clean = { code: 0, signal: null };

describe('SIGTERM', () => {
  test('lets a running call and running code finish within the grace, and the rest resumes at the next start', async () => {
    const place = scratch();
    const service = await CountingService.start();
    const env = { CONV3N_EGRESS_ALLOW: service.authority, CONV3N_DRAIN_GRACE: '20s' };
    service.fate = () => ({ delayAfterMs: 400 });
    const first = await runningServer({ ...place, env });
    const calling = await first.api.publish(
      chain({ pay: call(service.url, 'pay', 'POST'), told: call(service.url, 'told', 'POST') }),
    );
    const code = 'export default () => { const end = Date.now() + 400; while (Date.now() < end); return "computed"; }';
    const computing = await first.api.publish(
      chain({
        compute: { type: 'custom/code', config: { code } },
        told: call(service.url, 'told', 'PUT'),
      }),
    );
    const paying = (await first.api.execute(calling, null, { mode: 'async' })).data.id;
    const busy = (await first.api.execute(computing, null, { mode: 'async' })).data.id;
    await expect.poll(() => service.effects(`${paying}:pay`), patient).toBe(1);
    expect(await first.server.terminate()).toEqual(clean);
    expect(service.effects(`${paying}:told`) + service.effects(`${busy}:told`)).toBe(0);

    const second = await runningServer({ ...place, env });
    for (const id of [paying, busy]) {
      await expect.poll(() => second.api.execution(id).then((seen) => seen.status), patient).toBe('succeeded');
    }
    expect([service.effects(`${paying}:pay`), service.effects(`${paying}:told`)]).toEqual([1, 1]);
    const [computed] = (await second.api.execution(busy)).steps;
    expect(computed).toMatchObject({ node: 'compute', status: 'succeeded', attempts: 1, data: 'computed' });
    expect(await second.server.terminate()).toEqual(clean);
  });

  test('gives up what outlasts the grace: an idempotent call is repeated at the next start, an external one is in doubt', async () => {
    const place = scratch();
    const service = await CountingService.start();
    const env = { CONV3N_EGRESS_ALLOW: service.authority, CONV3N_DRAIN_GRACE: '200ms' };
    service.fate = () => ({ delayAfterMs: 20_000 });
    const first = await runningServer({ ...place, env });
    const ids: string[] = [];
    for (const method of ['PUT', 'POST']) {
      const workflow = await first.api.publish(chain({ slow: call(service.url, 'slow', method) }));
      ids.push((await first.api.execute(workflow, null, { mode: 'async' })).data.id);
    }
    const [put, post] = ids as [string, string];
    await expect.poll(() => ids.map((id) => service.effects(`${id}:slow`)), patient).toEqual([1, 1]);
    const asked = Date.now();
    expect(await first.server.terminate()).toEqual(clean);
    expect(Date.now() - asked).toBeLessThan(15_000);

    service.fate = () => ({});
    const second = await runningServer({ ...place, env });
    await expect.poll(() => second.api.execution(put).then((seen) => seen.status), patient).toBe('succeeded');
    await expect.poll(() => second.api.execution(post).then((seen) => seen.status), patient).toBe('in_doubt');
    expect(ids.map((id) => service.effects(`${id}:slow`))).toEqual([2, 1]);
    expect((await second.api.executions('in_doubt')).map(({ id }) => id)).toEqual([post]);
    await second.api.decide(post, { node: 'slow', decision: 'succeed', data: { body: { receipt: 'seen' } } });
    expect(await second.api.execution(post)).toMatchObject({ status: 'succeeded' });
    expect(await second.server.terminate()).toEqual(clean);
  });

  test('waits for no timer; it fires after the next start, at its time or at once when that has passed', async () => {
    const place = scratch();
    const first = await runningServer({ ...place, env: { CONV3N_DRAIN_GRACE: '30s' } });
    const workflow = await first.api.publish(single('std/delay', { duration: '{{ $trigger.wait }}' }));
    const start = async (wait: string) => (await first.api.execute(workflow, { wait }, { mode: 'async' })).data.id;
    const soon = await start('1s');
    const later = await start('8s');
    await expect.poll(async () => (await first.api.executions('waiting')).length, patient).toBe(2);
    const asked = Date.now();
    expect(await first.server.terminate()).toEqual(clean);
    expect(Date.now() - asked).toBeLessThan(15_000);
    await pause(1_000);

    const second = await runningServer(place);
    await expect.poll(() => second.api.execution(soon).then((seen) => seen.status), patient).toBe('succeeded');
    await expect
      .poll(() => second.api.execution(later).then((seen) => seen.status), { timeout: 20_000 })
      .toBe('succeeded');
    const { created_at, finished_at } = await second.api.execution(later);
    expect(Date.parse(finished_at as string) - Date.parse(created_at)).toBeGreaterThanOrEqual(8_000);
  });

  test('answers everybody: who waits gets the execution or 503, new requests get 503, new connections are refused', async () => {
    const place = scratch();
    const service = await CountingService.start();
    service.fate = () => ({ delayAfterMs: 1_500 });
    const env = { CONV3N_EGRESS_ALLOW: service.authority, CONV3N_DRAIN_GRACE: '10s' };
    const { server, api } = await runningServer({ ...place, env });
    const workflow = await api.publish(
      chain({ slow: call(service.url, 'slow', 'PUT'), next: call(service.url, 'next', 'PUT') }),
    );
    const waiting = api.execute(workflow, null).catch((error: unknown) => error);
    await expect.poll(() => service.calls.length, patient).toBe(1);
    // This connection is busy when the drain begins, so it stays open and may bring another request.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const url = new URL(`${api.url}/api/v1/workflows/${workflow}/execute`);
    const busy = post(`${url}?wait_ms=300`, agent);
    await pause(100);
    server.signal('SIGTERM');
    await pause(50);
    const queuedBehind = post(`${url}?mode=async`, agent);
    const fresh = await fetch(`${url}`, { method: 'POST', headers: { authorization: `Bearer ${adminKey}` } }).then(
      (response) => response.status,
      () => 'refused',
    );
    expect(['refused', 503]).toContain(fresh);
    expect([202, 503]).toContain(await busy);
    expect([503, 'refused']).toContain(await queuedBehind);
    const answer = await waiting;
    if (answer instanceof Refusal) expect(answer.status).toBe(503);
    else expect(answer).toMatchObject({ status: 202, data: { status: 'running' } });
    expect(await server.ended()).toEqual(clean);
    agent.destroy();
    const second = await runningServer({ ...place, env });
    expect(await second.api.executions()).toHaveLength(2);
  });

  test('leaves no process of it behind, and neither does a kill', async () => {
    const place = scratch();
    const code = 'export default () => { for (;;); }';
    for (const end of ['SIGTERM', 'SIGKILL'] as const) {
      const { server, api } = await runningServer({ ...place, env: { CONV3N_DRAIN_GRACE: '100ms' } });
      const workflow = await api.publish(single('custom/code', { code }, { timeout: '1m' }));
      await api.execute(workflow, null, { mode: 'async' });
      await expect.poll(() => descendants(server.pid).length, patient).toBeGreaterThan(0);
      const family = descendants(server.pid);
      server.signal(end);
      await server.ended();
      await expect.poll(() => family.filter(isAlive), { timeout: 5_000 }).toEqual([]);
    }
  });
});

function post(url: string, agent: Agent): Promise<number | 'refused'> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode as number));
    });
    sent.on('error', () => resolve('refused')).end('{}');
  });
}

/** Processes that descend from `pid`, whatever their session. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined && !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
