// Executes the documentation. The convention is described in docs/README.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type LocalHouse, runInMemory } from '@conv3n/server/local';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CliHome } from '../apps/cli/test/cli-home.ts';

const root = resolve(import.meta.dirname, '..');
const pages = globSync(['tutorial.md', 'README.md', 'concepts/*.md', 'how-to/*.md'], {
  cwd: join(root, 'docs'),
}).sort();
const linked = [
  // What is generated is the generator's to test.
  ...globSync('docs/**/*.md', { cwd: root }),
  ...globSync('{core,engines,adapters,plugins,apps,sdks,examples,bench}/**/README.md', {
    cwd: root,
    exclude: (name) => String(name).includes('node_modules'),
  }),
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
].sort();

interface Fence {
  readonly language: string;
  readonly words: readonly string[];
  readonly body: string;
  readonly line: number;
}

function fencesOf(markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  for (const match of markdown.matchAll(/^```(\w+)?([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language = '', info = '', body = ''] = match;
    const line = markdown.slice(0, match.index).split('\n').length;
    fences.push({ language, words: info.trim().split(/\s+/), body, line });
  }
  return fences;
}

const has = (fence: Fence | undefined, word: string): fence is Fence => fence?.words.includes(word) ?? false;
const read = (page: string) => readFileSync(join(root, page), 'utf8');

let house: LocalHouse;
let home: CliHome;
let server: Awaited<ReturnType<CliHome['startServer']>> | undefined;

beforeAll(async () => {
  house = await runInMemory({ env: {}, cwd: '/' });
});
afterAll(() => house.close());

beforeEach(() => {
  home = new CliHome();
  server = undefined;
  const bin = join(home.folder, '.bin');
  mkdirSync(bin);
  const command = `exec ${process.execPath} ${join(root, 'apps/cli/bin/conv3n.js')}`;
  for (const [name, shift] of [
    ['conv3n', ''],
    ['npx', 'shift; '],
  ]) {
    writeFileSync(join(bin, name as string), `#!/bin/sh\n${shift}${command} "$@"\n`);
    chmodSync(join(bin, name as string), 0o755);
  }
  for (const name of ['examples', 'node_modules']) symlinkSync(join(root, name), join(home.folder, name));
});
afterEach(() => home.remove());

describe.each(pages)('docs/%s', (page) => {
  const fences = fencesOf(read(join('docs', page)));

  const lacking = ['bash', 'curl', 'openssl'].filter(
    (tool) => fences.some((fence) => has(fence, 'test') && fence.body.includes(tool)) && !onPath(tool),
  );
  const remark = lacking.length === 0 ? '' : ` (this machine lacks ${lacking.join(', ')})`;

  it.skipIf(lacking.length > 0 && process.env.CI !== 'true')(`says what is true${remark}`, async () => {
    for (const [index, fence] of fences.entries()) {
      const where = `docs/${page}:${fence.line}`;
      const { body } = fence;
      const file = fence.words.find((word) => word.startsWith('file='))?.slice('file='.length);
      if (file !== undefined) writeFileSync(join(home.folder, file), real(body));
      if (has(fence, 'server')) await startServer(body);
      if (!has(fence, 'test')) continue;
      const next = fences[index + 1];
      if (fence.language === 'sh') compare(await shell(body, where), next, where);
      else if (fence.language === 'ts')
        compare(await program(body, file ?? `line-${fence.line}.ts`, where), next, where);
      else if (fence.language === 'js') await expressions(fence, fences.slice(0, index), where);
      else if (fence.language === 'json') await workflow(fence, fences.slice(index + 1), where);
      else throw new Error(`${where}: nothing executes "${fence.language} test"`);
    }
  });
});

it.each(linked)('%s links only to what exists', (page) => {
  const markdown = read(page).replace(/^```[\s\S]*?^```$/gm, '');
  const broken = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(https?|mailto):/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const absolute = path === '' ? join(root, page) : resolve(root, dirname(page), decodeURIComponent(path));
      if (!existsSync(absolute)) return true;
      return anchor !== undefined && absolute.endsWith('.md') && !anchorsOf(readFileSync(absolute, 'utf8')).has(anchor);
    });
  expect(broken).toEqual([]);
});

it('reaches every page from the map', () => {
  const map = read('docs/README.md');
  expect(pages.filter((page) => page !== 'README.md' && !map.includes(`(${page})`))).toEqual([]);
});

function onPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, tool)));
}

function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The page's address and process id are those of a usual start; here they are those of this test's server. */
function real(body: string): string {
  if (server === undefined) return body;
  return body.replaceAll('127.0.0.1:3000', new URL(server.url).host).replaceAll('PID', String(server.child.pid));
}

/** Starts the page's server, again if it ran; variables before the command are its environment. */
async function startServer(body: string): Promise<void> {
  if (server !== undefined) {
    if (server.child.exitCode === null && server.child.signalCode === null) server.child.kill('SIGTERM');
    if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'close');
  }
  const env = Object.fromEntries(
    [...body.matchAll(/\b([A-Z0-9_]+)=(\S+)/g)].map(([, name, value]) => [name as string, value as string]),
  );
  server = await home.startServer([], env);
}

async function shell(body: string, where: string): Promise<string> {
  return finished(
    spawn('bash', ['-euo', 'pipefail', '-c', real(body)], { cwd: home.folder, env: environment() }),
    where,
  );
}

async function program(body: string, name: string, where: string): Promise<string> {
  writeFileSync(join(home.folder, name), real(body));
  writeFileSync(join(home.folder, 'package.json'), '{"type":"module"}');
  const args = name.endsWith('.test.ts') ? ['--test', '--test-reporter=dot'] : [];
  return finished(
    spawn(process.execPath, ['--conditions=source', ...args, name], { cwd: home.folder, env: environment() }),
    where,
  );
}

async function finished(child: ReturnType<typeof spawn>, where: string): Promise<string> {
  child.stdin?.end();
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ]);
  expect({ code, stderr, stdout }, where).toMatchObject({ code: 0 });
  return stdout;
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(CONV3N_|VITEST|NODE_OPTIONS|FORCE_COLOR)/.test(name));
  return { ...Object.fromEntries(kept), TZ: 'UTC', PATH: `${join(home.folder, '.bin')}:${process.env.PATH}` };
}

function compare(stdout: string, expected: Fence | undefined, where: string): void {
  if (!has(expected, 'output')) return;
  if (expected.language === 'json') {
    expect(JSON.parse(stdout), where).toEqual(wildcards(JSON.parse(expected.body)));
    return;
  }
  // Columns and durations differ from run to run.
  const squeezed = (given: string) =>
    given
      .trim()
      .replace(/ {2,}/g, '  ')
      .replace(/ +\d+(\.\d+)? m?s$/gm, '');
  const pattern = squeezed(real(expected.body))
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]*');
  expect(squeezed(stdout), where).toMatch(new RegExp(`^${pattern}$`));
}

/** JSON in which the text `…` stands for anything. */
function wildcards(value: unknown): unknown {
  if (value === '…') return expect.anything();
  if (Array.isArray(value)) return value.map(wildcards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wildcards(item)]));
}

async function expressions(fence: Fence, before: readonly Fence[], where: string): Promise<void> {
  const given = before.findLast((candidate) => has(candidate, 'roots'));
  const roots = given === undefined ? {} : JSON.parse(given.body);
  for (const line of fence.body.trimEnd().split('\n')) {
    const cut = line.lastIndexOf('//');
    const expression = line.slice(0, cut).trim();
    const result = line.slice(cut + 2).trim();
    const evaluated = house.call<{ value: unknown }>('expressions.evaluate', { expression, roots });
    if (/^error/.test(result)) {
      await expect(evaluated, `${where}: ${line}`).rejects.toMatchObject({ code: result.replace(/^error /, '') });
    } else expect((await evaluated).value, `${where}: ${line}`).toEqual(JSON.parse(result));
  }
}

async function workflow(fence: Fence, after: readonly Fence[], where: string): Promise<void> {
  const file = JSON.parse(fence.body);
  const { problems } = await house.call<{ problems: unknown }>('workflows.validate', { workflow: file });
  expect(problems, where).toEqual([]);
  const upToNext = after.slice(0, after.findIndex((candidate) => has(candidate, 'test')) >>> 0);
  const output = upToNext.find((candidate) => candidate.language === 'json' && has(candidate, 'output'));
  if (output === undefined) return;
  const given = upToNext.find((candidate) => has(candidate, 'input'));
  const input = given === undefined ? null : JSON.parse(given.body);
  for await (const { event, data } of house.run(file, input, AbortSignal.timeout(20_000))) {
    if (event !== 'end') continue;
    const ended = data as { output: unknown; error: unknown };
    expect({ error: ended.error, output: ended.output }, where).toEqual({
      error: null,
      output: wildcards(JSON.parse(output.body)),
    });
  }
}
