import { load } from '../load.mjs';

export const id = 'growth';
export const title = 'Growth on disk';
export const question =
  'By how much does the database grow per execution of the four-node webhook with 200 bytes of input, after a clean stop?';
export const columns = [{ key: 'bytes', title: 'bytes per execution', digits: 0 }];

const connections = 10;
const inputBytes = 200;

function ofSize(body) {
  const input = JSON.parse(body);
  const missing = inputBytes - JSON.stringify({ ...input, note: '' }).length;
  return JSON.stringify({ ...input, note: 'n'.repeat(missing) });
}

export async function run({ session, plan, record }) {
  const request = await session.request('intake');
  const installation = await session.installation();
  if (!request || session.driver.dataBytes(installation) === undefined) return;
  const runs = [];
  for (let count = 0; count <= plan.runs; count++) {
    await session.stop();
    const before = session.driver.dataBytes(installation);
    const { roots } = await session.running();
    const body = ofSize(request.body);
    const result = await load(
      { ...request, body },
      { connections, roots, durationMs: 120_000, maxRequests: plan.growthExecutions },
    );
    await session.stop();
    const bytes = (session.driver.dataBytes(installation) - before) / (result.completed + result.failures);
    if (count > 0) runs.push({ ...result, bytes });
  }
  record('webhook with four nodes', runs);
}
