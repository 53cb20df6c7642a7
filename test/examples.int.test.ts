import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@conv3n/sdk';
import { runInMemory } from '@conv3n/server/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliHome, examples } from '../apps/cli/test/cli-home.ts';
import { greeter } from '../examples/plugins/greeter.ts';
import { startExampleService } from '../examples/service/server.mjs';

const names = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'workflow.json')));
const read = (name: string, file: string) => JSON.parse(readFileSync(join(examples, name, `${file}.json`), 'utf8'));

const home = new CliHome();
let service: Awaited<ReturnType<typeof startExampleService>>;
let server: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  service = await startExampleService(0);
  env = { CONV3N_EGRESS_ALLOW: new URL(service.url).host };
  cpSync(join(examples, 'files'), filesDir('server'), { recursive: true });
  ({ url: server } = await home.startServer(['--files-dir', 'files-server'], env));
});
afterAll(async () => {
  await home.remove();
  await service.close();
});

function filesDir(of: string): string {
  const folder = join(home.folder, `files-${of}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The input of an example, with this test's service instead of the one on its usual port. */
function inputOf(name: string): unknown {
  return JSON.parse(JSON.stringify(read(name, 'input')).replaceAll('http://127.0.0.1:4810', service.url));
}

function clientOf(): ReturnType<typeof createClient> {
  const { token } = JSON.parse(readFileSync(join(home.folder, 'data/cli-token'), 'utf8')) as { token: string };
  return createClient({ baseUrl: server, apiKey: token });
}

it('lists every example in the README', () => {
  const readme = readFileSync(join(examples, 'README.md'), 'utf8');
  expect(names.filter((name) => !readme.includes(`(${name}/workflow.json)`))).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});

describe.each(names)('%s', (name) => {
  it('is valid and gives the expected output with conv3n run', async () => {
    await home.expect(0, ['validate', join(examples, name, 'workflow.json')]);
    cpSync(join(examples, 'files'), filesDir(name), { recursive: true });
    const input = home.write(`${name}.input.json`, inputOf(name));
    const args = [
      'run',
      join(examples, name, 'workflow.json'),
      '--input',
      input,
      '--files-dir',
      `files-${name}`,
      '--json',
    ];
    const { json } = await home.expect(0, args, { env });
    expect(json.output).toEqual(read(name, 'expected'));
  });

  it('gives the expected output on a server', async () => {
    const { workflows } = clientOf();
    const execution = await workflows.run({ workflow: read(name, 'workflow'), input: inputOf(name) });
    expect(execution).toMatchObject({ status: 'succeeded', error: null });
    expect(execution.output).toEqual(read(name, 'expected'));
  });
});

const hooks = names.filter((name) => read(name, 'workflow').nodes.hook?.type === 'std/webhook');

it.each(hooks)('%s answers its webhook with the expected output', async (name) => {
  const workflow = read(name, 'workflow');
  await clientOf().workflows.create({ workflow, publish: true });
  const { path, method } = workflow.nodes.hook.config;
  const response = await fetch(`${server}/api/v1/webhooks/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(read(name, 'input').body),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(read(name, 'expected'));
});

it('runs a block of the example plugin, and takes it away when the plugin is unloaded', async () => {
  const house = await runInMemory({ env: {}, cwd: home.folder });
  const workflow = {
    schema: 'conv3n.workflow/v1',
    name: 'Greet',
    nodes: { greet: { type: 'example/greet', config: { name: '{{ $trigger.name }}' } } },
    edges: [],
  };
  const output = async () => {
    for await (const { event, data } of house.run(workflow, { name: 'Ada' }, AbortSignal.timeout(10_000))) {
      if (event === 'end') return (data as { output: unknown }).output;
    }
    return undefined;
  };
  await expect(output()).rejects.toMatchObject({ code: 'workflow_invalid' });
  await house.runtime.load(greeter);
  expect(await output()).toEqual({ text: 'Hello, Ada!' });
  await expect.poll(() => house.call('greeter.count', {})).toBe(1);
  await house.runtime.unload('greeter');
  await expect(output()).rejects.toMatchObject({ code: 'workflow_invalid' });
  await house.close();
});
