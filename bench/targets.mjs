// What this engine promises itself, judged on the medians of one run in which the peers were measured too.

const at = (results, scenario, row, engine, key) =>
  results.find(
    (result) => result.scenario === scenario && result.row === row && result.engine === engine && !result.failure,
  )?.metrics[key]?.median;

/** A ceiling: the metric stays at or below the limit. */
const atMost = (text, scenario, row, key, limit, unit) => ({
  text,
  judge: (results) => {
    const value = at(results, scenario, row, 'conv3n', key);
    return value === undefined ? undefined : { met: value <= limit, found: `${format(value)} ${unit}` };
  },
});

/** A floor: the metric stays at or above the limit. */
const atLeast = (text, scenario, row, key, limit, unit) => ({
  text,
  judge: (results) => {
    const value = at(results, scenario, row, 'conv3n', key);
    return value === undefined ? undefined : { met: value >= limit, found: `${format(value)} ${unit}` };
  },
});

/** Two metrics of the same run: `a` is at least `times` `b`. */
const ratio = (text, a, b, times) => ({
  text,
  judge: (results) => {
    const [left, right] = [at(results, ...a), at(results, ...b)];
    return left === undefined || right === undefined
      ? undefined
      : { met: left >= right * times, found: `${format(left / right)} times (${format(left)} to ${format(right)})` };
  },
});

const format = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

const one = '3 durable, 1 in flight';
const fifty = '3 durable, 50 in flight';
const hook = '50 connections';

export const targets = [
  atMost('`npm start` to ready at most 0.7 s', 'start', 'cold start', 'ready', 700, 'ms'),
  atMost('idle memory of server and children at most 110 MiB (RSS)', 'memory', 'idle', 'rss', 110, 'MiB'),
  atMost('3 durable steps, one at a time, p50 at most 1.5 ms', 'steps', one, 'p50', 1.5, 'ms'),
  atMost('3 durable steps, one at a time, p95 at most 3 ms', 'steps', one, 'p95', 3, 'ms'),
  ratio(
    '3 durable steps, one at a time, 3 times ahead of Restate (p50)',
    ['steps', one, 'restate', 'p50'],
    ['steps', one, 'conv3n', 'p50'],
    3,
  ),
  atLeast('3 durable steps, 50 in flight, at least 3,000/s', 'steps', fifty, 'perSecond', 3000, '/s'),
  ratio(
    '3 durable steps, 50 in flight, at least 3 times Restate',
    ['steps', fifty, 'conv3n', 'perSecond'],
    ['steps', fifty, 'restate', 'perSecond'],
    3,
  ),
  atLeast('3 pure steps, 50 in flight, at least 3,000/s', 'steps', '3 pure, 50 in flight', 'perSecond', 3000, '/s'),
  ratio(
    'webhook with four nodes, 50 connections, at least 15 times n8n',
    ['webhook', hook, 'conv3n', 'perSecond'],
    ['webhook', hook, 'n8n', 'perSecond'],
    15,
  ),
  ratio(
    'webhook with four nodes, 50 connections, at least half of Node-RED',
    ['webhook', hook, 'conv3n', 'perSecond'],
    ['webhook', hook, 'node-red', 'perSecond'],
    0.5,
  ),
  ratio(
    'webhook with four nodes, 50 connections, p99 below the p50 of n8n',
    ['webhook', hook, 'n8n', 'p50'],
    ['webhook', hook, 'conv3n', 'p99'],
    1,
  ),
  {
    text: 'a warm code step adds at most 1 ms at p50',
    judge: (results) => {
      const code = at(results, 'code', 'code step, 1 connections', 'conv3n', 'p50');
      const base = at(results, 'code', 'built-in step, 1 connections', 'conv3n', 'p50');
      return code === undefined || base === undefined
        ? undefined
        : { met: code - base <= 1, found: `${format(code - base)} ms` };
    },
  },
  ratio(
    'code step, 50 connections, at least 10 times n8n',
    ['code', 'code step, 50 connections', 'conv3n', 'perSecond'],
    ['code', 'code step, 50 connections', 'n8n', 'perSecond'],
    10,
  ),
  atMost('1,000 items (W3), one at a time, p50 at most 15 ms', 'items', '1,000 items, one at a time', 'p50', 15, 'ms'),
  atMost('1,000 external steps in one execution at most 1 s', 'external', '1000 external steps', 'p50', 1000, 'ms'),
  {
    text: 'external steps grow in line: 1,000 cost at most 4.6 times 250',
    judge: (results) => {
      const [few, many] = [250, 1000].map((count) =>
        at(results, 'external', `${count} external steps`, 'conv3n', 'p50'),
      );
      return few === undefined || many === undefined
        ? undefined
        : { met: many <= few * 4.6, found: `${format(many / few)} times` };
    },
  },
  atMost(
    '100,000 items through a map hold at most 256 MiB',
    'map',
    '100,000 items, fresh server',
    'peakRss',
    256,
    'MiB',
  ),
  atMost(
    'five such executions in a row hold at most 256 MiB',
    'map',
    '100,000 items, 5 in a row',
    'peakRss',
    256,
    'MiB',
  ),
  {
    text: '100,000 items through a map go on after kill -9',
    judge: (results) => {
      const found = results.find(
        ({ scenario, engine, row }) => scenario === 'map' && engine === 'conv3n' && row.startsWith('killed'),
      );
      return found ? { met: !found.failure, found: found.failure ?? found.note } : undefined;
    },
  },
  atMost(
    'the database grows by at most 4 KB per four-node execution',
    'growth',
    'webhook with four nodes',
    'bytes',
    4096,
    'bytes',
  ),
];

/** Judges every target for which this run has the numbers. */
export function judge(results) {
  return targets.map(({ text, judge }) => ({ text, ...(judge(results) ?? { met: undefined, found: 'not measured' }) }));
}
