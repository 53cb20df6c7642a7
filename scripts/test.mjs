// npm test: the whole verification, the same here and in CI. `npm test -- unit` runs the named steps only; `--list` names them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildStudio, install, pinnedNode, root } from './setup.mjs';

const bin = (name) => join(root, 'node_modules', name);
const resultsOf = (project) => join(root, 'node_modules/.cache/conv3n', `${project}-results.json`);
const vitest = (project, ...more) => [
  bin('vitest/vitest.mjs'),
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${resultsOf(project)}`,
  ...more,
];
const env = {
  ...(process.argv.includes('soak') && { CONV3N_SOAK: '1' }),
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
};

/** Each step is a title and a command; fast ones first. */
const steps = {
  format: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'],
  types: [bin('typescript/bin/tsc'), '-p', '.'],
  'types-studio': [bin('typescript/bin/tsc'), '-p', 'apps/studio'],
  structure: ['scripts/structure.mjs'],
  dead: [bin('knip/bin/knip.js'), '--no-config-hints'],
  generated: ['scripts/generate.mjs', '--check'],
  unit: vitest('unit', '--coverage'),
  int: vitest('int'),
  e2e: vitest('e2e'),
};

/** Hours of faults instead of a seeded tenth; not part of `npm test`. */
const soak = { soak: vitest('soak') };

const all = { ...steps, ...soak };
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (process.argv.includes('--list')) {
  console.log(Object.keys(steps).join('\n'));
  process.exit(0);
}
const unknown = named.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`Unknown step: ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}

install();

const chosen = named.length > 0 ? named : Object.keys(steps);
if (chosen.some((name) => ['int', 'e2e', 'soak'].includes(name))) {
  buildStudio();
  provideChromium();
}

const results = [];
for (const name of chosen) {
  const started = performance.now();
  console.log(`\n=== ${name}`);
  const result = spawnSync(pinnedNode, ['--conditions=source', ...all[name]], { cwd: root, stdio: 'inherit', env });
  const skipped = skippedTests(name, started);
  const ok = result.status === 0 && !(process.env.CI === 'true' && skipped.length > 0);
  results.push({ name, ok, skipped, seconds: (performance.now() - started) / 1000 });
}

console.log('');
for (const { name, ok, seconds } of results)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${seconds.toFixed(1)} s`);
const skipped = results.flatMap((result) => result.skipped);
if (skipped.length > 0) {
  console.log(
    `\nSkipped, because this machine lacks something${process.env.CI === 'true' ? ' (a failure in CI)' : ''}:`,
  );
  for (const title of skipped) console.log(`  ${title}`);
}
const failed = results.filter((result) => !result.ok).length;
console.log(`\n${results.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** Full titles of the tests that the step's run skipped. A results file from an earlier run counts for nothing. */
function skippedTests(name, started) {
  const file = resultsOf(name);
  if (!existsSync(file) || statSync(file).mtimeMs < performance.timeOrigin + started) return [];
  const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
  return testResults.flatMap((suite) =>
    suite.assertionResults
      .filter((test) => ['pending', 'skipped', 'todo', 'disabled'].includes(test.status))
      .map((test) => test.fullName),
  );
}

/** Finds a Chromium, or installs Debian's when this process may; without one the browser tests report themselves as skipped by name. */
function provideChromium() {
  const known = [
    process.env.CONV3N_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  let found = known.find((path) => path && existsSync(path));
  if (!found && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('> Installing Chromium (apt-get)');
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'inherit' });
    found = known.find((path) => path && existsSync(path));
  }
  if (found) env.CONV3N_CHROMIUM = found;
}
