// Turns the results of one run into Markdown tables; a cell is the median with the least and the greatest run behind it.
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { judge } from './targets.mjs';

/** Cores of other work beside a measurement from which a row is marked as disturbed. */
const disturbedFrom = 0.25;

/** What the numbers were taken on. */
export function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    commit: commit(),
  };
}

function commit() {
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  return stdout?.trim() || 'unknown';
}

/** The whole report of one run in Markdown. */
export function markdown({ date, plan, machine, engines, results, scenarios }) {
  const lines = [
    `# Benchmark of ${date}`,
    '',
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.kernel}; Node ${machine.node}; commit ${machine.commit}; ${plan} plan.`,
    '',
  ];
  lines.push('| engine | version | runs on | what reaches the disk |', '| --- | --- | --- | --- |');
  for (const { title, version, runsOn, flush } of engines)
    lines.push(`| ${title} | ${version} | ${runsOn} | ${flush} |`);
  lines.push(
    '',
    'A cell is the median of the runs, with the least and the greatest in brackets. Client and server share the machine. "cores" is the processor use of the server',
  );
  lines.push(
    `and its children. A row marked * was measured while other work took more than ${disturbedFrom} of a core.`,
  );
  for (const scenario of scenarios) {
    const rows = results.filter((result) => result.scenario === scenario.id);
    if (rows.length > 0)
      lines.push('', `## ${scenario.title}`, '', scenario.question, '', ...table(scenario.columns, rows, engines));
  }
  lines.push('', '## Targets', '', ...targetTable(results));
  return `${lines.join('\n')}\n`;
}

function table(columns, rows, engines) {
  const title = (name) => engines.find((engine) => engine.name === name)?.title ?? name;
  const order = [...new Set(rows.map(({ row }) => row))];
  const sorted = order.flatMap((row) => rows.filter((result) => result.row === row));
  const used = columns.filter(({ key }) => rows.some(({ metrics }) => metrics[key] !== undefined));
  return [
    `| | engine | ${used.map((column) => column.title).join(' | ')} |`,
    `| --- | --- | ${used.map(() => '---').join(' | ')} |`,
    ...sorted.map(({ row, engine, metrics, failure, note }) => {
      const mark = (metrics.foreign?.median ?? 0) > disturbedFrom ? ' *' : '';
      const cells = failure
        ? [`failed: ${failure.slice(0, 120).replaceAll('|', '/')}`]
        : used.map((column) => cell(metrics[column.key], column.digits));
      return `| ${row}${mark}${note ? ` (${note})` : ''} | ${title(engine)} | ${cells.join(' | ')} |`;
    }),
  ];
}

function cell(metric, digits) {
  if (!metric) return '–';
  const text = (value) => value.toFixed(value !== 0 && Math.abs(value) < 10 ? digits : Math.min(digits, 1));
  const [middle, low, high] = [metric.median, metric.min, metric.max].map(text);
  return low === high ? middle : `${middle} (${low}–${high})`;
}

/** The targets of this engine with what was found. */
export function targetTable(results) {
  const word = (met) => (met === undefined ? '–' : met ? 'yes' : '**no**');
  return [
    '| target | met | found |',
    '| --- | --- | --- |',
    ...judge(results).map(({ text, met, found }) => `| ${text} | ${word(met)} | ${found} |`),
  ];
}

const summaryRows = [
  ['start', 'cold start', 'ready', 'start to ready, ms'],
  ['memory', 'idle', 'rss', 'idle memory, MiB'],
  ['steps', '3 durable, 1 in flight', 'p50', '3 durable steps, one at a time, p50 ms'],
  ['steps', '3 durable, 50 in flight', 'perSecond', '3 durable steps, 50 in flight, executions/s'],
  ['steps', '3 pure, 50 in flight', 'perSecond', '3 steps, 50 in flight, executions/s'],
  ['webhook', '50 connections', 'perSecond', 'webhook with 4 nodes, 50 connections, requests/s'],
  ['webhook', '50 connections', 'p99', 'the same, p99 ms'],
  ['code', 'code step, 50 connections', 'perSecond', 'code step, 50 connections, requests/s'],
  ['items', '1,000 items, one at a time', 'p50', '1,000 items in one execution, p50 ms'],
  ['growth', 'webhook with four nodes', 'bytes', 'database growth per execution, bytes'],
];

/** The short table for a README: one row per question, one column per engine. */
export function summary({ date, machine, engines, results }) {
  const shown = engines.filter(({ name }) => name !== 'bare-http');
  const value = (scenario, row, key, engine) =>
    results.find(
      (result) => result.scenario === scenario && result.row === row && result.engine === engine && !result.failure,
    )?.metrics[key]?.median;
  const text = (number) =>
    number === undefined ? '–' : number >= 10 ? Math.round(number).toLocaleString('en') : number.toFixed(2);
  return [
    `| ${date}, ${machine.cores} cores | ${shown.map(({ title, version }) => `${title} ${version}`).join(' | ')} |`,
    `| --- | ${shown.map(() => '---').join(' | ')} |`,
    ...summaryRows.map(
      ([scenario, row, key, label]) =>
        `| ${label} | ${shown.map(({ name }) => text(value(scenario, row, key, name))).join(' | ')} |`,
    ),
  ].join('\n');
}
