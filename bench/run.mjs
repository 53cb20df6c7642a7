// One command that measures this engine beside its peers on this machine and prints a table.
// `npm run bench -- [--quick] [--only conv3n,restate] [--scenario steps,webhook] [--json] [--save] [--readme]`
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plans } from './plan.mjs';
import { loadAverage } from './process-tree.mjs';
import { machine, markdown, summary } from './report.mjs';
import { Session } from './session.mjs';
import { summarise } from './summary.mjs';

const engineNames = ['bare-http', 'node-red', 'restate', 'n8n', 'conv3n'];
const scenarioNames = [
  'start',
  'memory',
  'steps',
  'webhook',
  'code',
  'items',
  'loop',
  'external',
  'payload',
  'growth',
  'map',
];

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    scenario: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    readme: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

if (process.platform !== 'linux') stop('The benchmark reads memory and processor time from /proc, so it needs Linux.');
const plan = flags.quick ? plans.quick : plans.full;
const chosen = (text, names, what) => {
  if (text === undefined) return names;
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown) stop(`There is no ${what} "${unknown}". There are: ${names.join(', ')}.`);
  return names.filter((name) => wanted.includes(name));
};
const drivers = await Promise.all(
  chosen(flags.only, engineNames, 'engine').map((name) => import(`./drivers/${name}.mjs`)),
);
const scenarios = await Promise.all(
  chosen(flags.scenario, scenarioNames, 'scenario').map((name) => import(`./scenarios/${name}.mjs`)),
);

const startedAt = new Date();
const folder = mkdtempSync(join(tmpdir(), 'conv3n-bench-'));
const results = [];
const engines = [];
let active;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => Promise.resolve(active?.stop()).finally(() => process.exit(130)));

for (const driver of drivers) {
  const { name, title, version, reason, runsOn, flush } = driver;
  if (version === undefined) {
    console.error(`${title} is left out: ${reason}.`);
    continue;
  }
  engines.push({ name, title, version, runsOn, flush });
  active = new Session(driver, folder);
  try {
    for (const scenario of scenarios)
      if (driver.scenarios?.includes(scenario.id) ?? true) await measure(driver, scenario, active);
  } finally {
    await active.stop();
  }
}
if (!flags.keep) rmSync(folder, { recursive: true, force: true });

const report = {
  date: startedAt.toISOString().slice(0, 10),
  plan: plan.name,
  seconds: (Date.now() - startedAt) / 1000,
  machine: machine(),
  engines,
  results,
};
const text = markdown({ ...report, scenarios });
console.log(flags.json ? JSON.stringify(report, null, 2) : text);
console.error(`${Math.round(report.seconds)} s in all.`);
if (flags.save) save();
if (flags.readme) writeReadme();

/** A scenario that breaks is a result too: it is recorded as failed, and the next one starts from a fresh server. */
async function measure(driver, scenario, session) {
  const record = (row, runs, { note } = {}) => {
    const failure = runs.find((run) => run.failures > 0)?.firstFailure;
    results.push({
      scenario: scenario.id,
      row,
      engine: driver.name,
      metrics: summarise(runs),
      runs: runs.length,
      ...(note && { note }),
      ...(failure && { failure }),
    });
    const { perSecond, p50 } = results.at(-1).metrics;
    const figures =
      failure ??
      (p50 ? `p50 ${p50.median.toFixed(2)} ms${perSecond ? `, ${perSecond.median.toFixed(0)}/s` : ''}` : 'done');
    console.error(`${driver.title} · ${scenario.title} · ${row}: ${figures} (load ${loadAverage()})`);
  };
  try {
    await scenario.run({ session, plan, record, folder });
  } catch (error) {
    record('broken off', [{ failures: 1, firstFailure: error.message }]);
    await session.stop();
  }
}

function save() {
  const target = join(import.meta.dirname, 'results');
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, `${report.date}.json`), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(target, `${report.date}.md`), text);
  console.error(`Saved bench/results/${report.date}.json and .md`);
}

/** Replaces what stands between the two marks of the README. */
function writeReadme() {
  const file = join(import.meta.dirname, '..', 'README.md');
  const [open, close] = ['<!-- bench -->', '<!-- /bench -->'];
  const readme = readFileSync(file, 'utf8');
  const [from, to] = [readme.indexOf(open), readme.indexOf(close)];
  if (from < 0 || to < from) stop(`README.md has no ${open} … ${close} to fill.`);
  writeFileSync(file, `${readme.slice(0, from + open.length)}\n${summary(report)}\n${readme.slice(to)}`);
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
