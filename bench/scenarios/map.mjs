import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../load.mjs';
import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'map';
export const title = '100,000 items through a map';
export const question =
  'How long and how much memory do 100,000 items take in one execution, and does it go on where it was after kill -9?';
export const columns = loadColumns;

const total = 100_000;
const inARow = 5;
const pollMs = 20;
const deadlineMs = 120_000;

export async function run(context) {
  const { session, plan } = context;
  if (!(await session.request('map')) || (plan.name === 'quick' && session.driver.name === 'n8n')) return;
  await freshServers(context);
  await measureLoad({ ...context, plan: { ...plan, runs: 1 } }, `100,000 items, ${inARow} in a row`, 'map', {
    connections: 1,
    maxRequests: inARow,
    warmUp: false,
  });
  if (session.driver.kill) await killInTheMiddle(context);
}

/** Each run has a server of its own, so that the memory is that of one execution. */
async function freshServers({ session, plan, record }) {
  const runs = [];
  for (let count = 0; count < plan.mapRuns; count++) {
    const { roots } = await session.restart();
    const request = await session.request('map');
    runs.push(await load(request, { connections: 1, roots, durationMs: deadlineMs, maxRequests: 1, sampleMs: 25 }));
  }
  record('100,000 items, fresh server', runs);
}

/** Kills the server once a third of the items is recorded and reports how the execution ended after the next start. */
async function killInTheMiddle({ session, record }) {
  const { call } = session.driver;
  const running = await session.restart();
  const { id: execution } = await call(
    running,
    'POST',
    `/workflows/${running.installation.ids.map}/execute?mode=async`,
    { input: {} },
  );
  const before = await until(async () => {
    const done = recorded(await events(call, running, execution)).count;
    return done >= total / 3 ? done : undefined;
  });
  await session.kill();
  const restartedAt = performance.now();
  const again = await session.running();
  const ended = await until(async () => {
    const view = await call(again, 'GET', `/executions/${execution}`);
    return ['succeeded', 'failed', 'cancelled', 'timed_out'].includes(view.status) ? view : undefined;
  });
  const ms = performance.now() - restartedAt;
  const { count, gapless } = recorded(await events(call, again, execution));
  const sound = ended.status === 'succeeded' && ended.output?.n === total && gapless && count === total;
  record(
    'killed in the middle, next start included',
    [{ p50: ms, ...(sound ? {} : { failures: 1, firstFailure: `ended ${ended.status}, ${count} items recorded` }) }],
    {
      note: `killed with ${before} of ${total} items recorded; each item recorded once: ${gapless ? 'yes' : 'no'}`,
    },
  );
}

async function events(call, running, execution) {
  const items = [];
  let cursor;
  do {
    const page = await call(
      running,
      'GET',
      `/executions/${execution}/events?limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

/** How many iterations the events hold, and whether each follows the one before without gap or repetition. */
function recorded(items) {
  let count = 0;
  let gapless = true;
  for (const { type, data } of items) {
    if (type !== 'iterations_finished') continue;
    if (data.from !== count) gapless = false;
    count = data.to;
  }
  return { count, gapless };
}

async function until(probe) {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`The execution of the map did not get there within ${deadlineMs} ms.`);
    await sleep(pollMs);
  }
}
