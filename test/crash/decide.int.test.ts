import { expect, test } from 'vitest';
import { ApiClient, type EventWire, Interrupted } from '../support/api-client.ts';
import { CountingService } from '../support/counting-service.ts';
import { scratch } from '../support/scratch.ts';
import { ServerProcess } from '../support/server-process.ts';
import { call } from '../support/workflows.ts';
import { decideByTruth, openDoubts, placeKey } from './doubts.ts';
import { checkStream } from './stream-checks.ts';

const killModule = new URL('./commit-kill.ts', import.meta.url).href;
const branches = ['a', 'b', 'c', 'd'];

/** Four external calls side by side, so that several decisions arrive at once. */
function fan(service: string): unknown {
  return {
    schema: 'conv3n.workflow/v1',
    name: 'Fan',
    nodes: Object.fromEntries(branches.map((branch) => [branch, call(service, branch, 'POST')])),
    edges: [],
  };
}

/** Four steps are in doubt and did not happen; all are decided `retry` at once, and the server dies after its n-th commit. */
async function decideAndDie(
  commit: number,
): Promise<{ readonly killed: boolean; readonly problems: readonly string[] }> {
  const place = scratch();
  const service = await CountingService.start();
  const start = (fault: Record<string, string> = {}) =>
    new ServerProcess({
      ...place,
      ...(fault['TEST_KILL_COMMIT'] !== undefined && { imports: [killModule] }),
      env: { CONV3N_EGRESS_ALLOW: service.authority, CONV3N_LOG_LEVEL: 'warn', ...fault },
    });

  const first = start();
  const api = new ApiClient(await first.ready());
  service.fate = () => ({ end: 'cut_before' });
  const { id } = (await api.execute(await api.publish(fan(service.url)), null, { mode: 'async' })).data;
  await expect.poll(async () => openDoubts(await api.events(id)).length, { timeout: 10_000 }).toBe(branches.length);
  await first.kill();

  service.fate = () => ({ delayAfterMs: 5 });
  const second = start({
    TEST_KILL_COMMIT: String(commit),
    TEST_KILL_SIDE: 'after',
    TEST_KILL_FILE: `${place.dataDir}.killed-at`,
  });
  try {
    const dying = new ApiClient(await second.ready());
    await Promise.all(branches.map((node) => dying.decide(id, { node, decision: 'retry' })));
    await expect.poll(() => dying.execution(id).then((seen) => seen.status), { timeout: 10_000 }).toBe('succeeded');
    await second.terminate();
    return { killed: false, problems: [] };
  } catch (error) {
    if (second.running && !(error instanceof Interrupted)) throw error;
    expect((await second.ended()).signal).toBe('SIGKILL');
  }

  const third = start();
  const { problems, events } = await settle(new ApiClient(await third.ready()), service, id);
  for (const branch of branches) {
    const effects = service.effects(`${id}:${branch}`);
    if (effects !== 1) problems.push(`the effect of ${branch} happened ${effects} times`);
  }
  if (problems.length > 0) problems.push(events.map(({ type, data }) => `${type} ${data.node ?? ''}`).join('; '));
  await third.kill();
  return { killed: true, problems };
}

/** Ends the execution by the truth; what was never decided did not happen and is decided again. */
async function settle(
  api: ApiClient,
  service: CountingService,
  id: string,
): Promise<{ readonly problems: string[]; readonly events: readonly EventWire[] }> {
  const problems: string[] = [];
  await expect
    .poll(
      async () => {
        const { status } = await api.execution(id);
        if (status === 'in_doubt') {
          const truth = async (place: Parameters<typeof placeKey>[0]) => {
            const key = `${id}:${placeKey(place)}`;
            await service.settled(key);
            return { effects: service.effects(key), data: { body: { receipt: key } } };
          };
          problems.push(...(await decideByTruth(api, id, truth)));
        }
        return status;
      },
      { timeout: 15_000 },
    )
    .toBe('succeeded');
  const events = await api.events(id);
  problems.push(...checkStream(id, events, (await api.executions())[0]?.status));
  return { problems, events };
}

test('decisions taken at once survive a kill after any commit: a retry happens exactly once', {
  timeout: 240_000,
}, async () => {
  const broken: Record<number, readonly string[]> = {};
  let commit = 1;
  for (; commit < 40; commit += 1) {
    const { killed, problems } = await decideAndDie(commit);
    if (!killed) break;
    if (problems.length > 0) broken[commit] = problems;
  }
  expect(broken).toEqual({});
  expect(commit).toBeGreaterThan(3);
});
