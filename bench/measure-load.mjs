import { load } from './load.mjs';

/** Columns of every scenario that is a load. */
export const loadColumns = [
  { key: 'perSecond', title: '/s', digits: 0 },
  { key: 'p50', title: 'p50 ms', digits: 2 },
  { key: 'p95', title: 'p95 ms', digits: 2 },
  { key: 'p99', title: 'p99 ms', digits: 2 },
  { key: 'serverCores', title: 'cores', digits: 2 },
  { key: 'cpuMs', title: 'CPU ms each', digits: 2 },
  { key: 'peakRss', title: 'peak MiB', digits: 0 },
];

/** More connections wait longer for their turn, so their window is longer. */
function windowMs(loadMs, connections) {
  return loadMs * (connections >= 250 ? 3 : connections >= 50 ? 2 : 1);
}

/** Loads one shape `plan.runs` times after one warm-up and records the row; engines without the shape record nothing. */
export async function measureLoad(
  { session, plan, record },
  row,
  shape,
  { connections, maxRequests, options, warmUp = true },
) {
  const request = await session.request(shape, options);
  if (!request) return;
  const { roots } = await session.running();
  const orders = {
    connections,
    roots,
    durationMs: maxRequests === undefined ? windowMs(plan.loadMs, connections) : 120_000,
    minRequests: 2 * connections,
  };
  if (warmUp) await load(request, { connections, roots, durationMs: plan.warmUpMs });
  const runs = [];
  for (let run = 0; run < plan.runs; run++) {
    const result = await load(request, maxRequests === undefined ? orders : { ...orders, maxRequests });
    runs.push(result);
    if (result.failures > 0) break;
  }
  record(row, runs);
}
