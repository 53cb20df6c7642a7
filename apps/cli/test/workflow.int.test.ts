import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliHome, examples, stable } from './cli-home.ts';

const home = new CliHome();
let url: string;
beforeAll(async () => {
  ({ url } = await home.startServer());
});
afterAll(() => home.remove());

const file = join(examples, 'order-intake/workflow.json');
const input = join(examples, 'order-intake/input.json');

it('says what to do while there is nothing', async () => {
  for (const [what, hint] of [
    [['workflow', 'list'], 'Push one'],
    [['execution', 'list'], 'Run a workflow'],
    [['trigger', 'list'], 'Publish a workflow'],
    [['secret', 'list'], 'Set one'],
    [['api-key', 'list'], 'Create one'],
  ] as const) {
    expect((await home.expect(0, what)).stdout).toContain(hint);
  }
});

it('pushes, lists, executes, publishes and deletes a workflow', async () => {
  const pushed = await home.expect(0, ['workflow', 'push', file, '--id', 'orders', '--publish']);
  expect(stable(pushed.stdout)).toBe('Saved Order intake as orders, version 1, published.');

  expect(stable((await home.expect(0, ['workflow', 'list'])).stdout)).toMatchInlineSnapshot(`
    "ID  NAME  VERSION  PUBLISHED  TRIGGERS  CHANGED
    orders  Order intake  1  1  std/webhook  TIME"
  `);

  const executed = await home.expect(0, ['workflow', 'execute', 'orders', '--input', input]);
  expect(stable(executed.stdout)).toMatchInlineSnapshot(`
    "Order intake  succeeded  UUID

    STEP  BLOCK  STATUS  PORT  TRIES  TIME
    hook  std/webhook  succeeded  default
    total  std/transform  succeeded  default
    big  std/condition  succeeded  true
    yes  std/transform  succeeded  default
    no  std/transform  skipped

    {
      "tier": "gold",
      "total": 120
    }"
  `);
  expect(stable(executed.stderr)).toMatchInlineSnapshot(`
    "execution UUID
    execution started
      hook succeeded
      total succeeded
      big succeeded → true
      yes succeeded
    execution succeeded"
  `);

  const again = await home.json(['workflow', 'push', file, '--id', 'orders']);
  expect(again).toMatchObject({ id: 'orders', version: 2, published_version: 1 });
  expect(stable((await home.expect(0, ['workflow', 'versions', 'orders'])).stdout)).toMatchInlineSnapshot(`
    "VERSION  NAME  PUBLISHED  SAVED  BY
    2  Order intake  TIME  cli
    1  Order intake  yes  TIME  cli"
  `);
  expect((await home.expect(0, ['workflow', 'publish', 'orders'])).stdout).toBe(
    'Version 2 of Order intake is published.\n',
  );
  expect((await home.expect(0, ['workflow', 'publish', 'orders', '--version', '1'])).stdout).toContain('Version 1');
  expect((await home.expect(0, ['workflow', 'unpublish', 'orders'])).stdout).toBe(
    'Order intake is not published any more.\n',
  );
  const refused = await home.expect(3, ['workflow', 'execute', 'orders']);
  expect(refused.stderr).toContain('not_published');
  const second = await home.json(['workflow', 'execute', 'orders', '--version', '2', '--input', input]);
  expect(second).toMatchObject({ workflow_version: 2, status: 'succeeded', output: { tier: 'gold', total: 120 } });

  expect((await home.expect(0, ['workflow', 'delete', 'orders'])).stdout).toBe('Deleted orders.\n');
  expect((await home.expect(3, ['workflow', 'get', 'orders'])).stderr).toContain('workflow_not_found');
});

it('tells how to make the next push a new version', async () => {
  const { stderr, stdout } = await home.expect(0, ['workflow', 'push', file]);
  const [, id] = /as (\S+), version 1/.exec(stdout) ?? [];
  expect(stderr).toContain(`--id ${id}`);
  await home.expect(0, ['workflow', 'delete', id as string]);
});

it('pulls a file that a push takes back unchanged', async () => {
  const { id } = await home.json(['workflow', 'push', file]);
  expect((await home.expect(0, ['workflow', 'pull', id, 'pulled.json'])).stdout).toBe(
    'Wrote version 1 of Order intake to pulled.json.\n',
  );
  const path = join(home.folder, 'pulled.json');
  const pulled = JSON.parse(readFileSync(path, 'utf8'));
  expect(pulled).toEqual({ ...JSON.parse(readFileSync(file, 'utf8')), id });
  expect((await home.expect(0, ['workflow', 'pull', id])).stdout).toBe(readFileSync(path, 'utf8'));

  writeFileSync(path, JSON.stringify({ ...pulled, name: 'Renamed' }));
  expect(await home.json(['workflow', 'push', 'pulled.json'])).toMatchObject({ id, version: 2 });
  expect(JSON.parse((await home.expect(0, ['workflow', 'get', id, '--version', '1'])).stdout).name).toBe(
    'Order intake',
  );
  expect((await home.json(['workflow', 'get', id])).workflow.name).toBe('Renamed');

  const unwritable = await home.expect(3, ['workflow', 'pull', id, 'no/such/folder.json']);
  expect(unwritable.stderr).toContain('file_not_written');
  await home.expect(0, ['workflow', 'delete', id]);
});

it('refuses to push what is not valid, and names the place', async () => {
  const name = home.write('bad.json', {
    schema: 'conv3n.workflow/v1',
    name: 'Bad',
    nodes: { a: { type: 'std/transfrom' } },
    edges: [],
  });
  const { stderr } = await home.expect(2, ['workflow', 'push', name]);
  expect(stderr).toContain('nodes.a.type');
  expect(stderr).toContain('std/transform');
  home.write('list.json', []);
  expect((await home.expect(2, ['workflow', 'push', 'list.json'])).stderr).toContain('must hold a JSON object');
});

it('starts nothing new for the same idempotency key', async () => {
  const { id } = await home.json(['workflow', 'push', file, '--publish']);
  const execute = ['workflow', 'execute', id, '--input', input, '--idempotency-key', 'once', '--async'];
  const first = await home.json(execute);
  const second = await home.json(execute);
  expect(second.id).toBe(first.id);
  expect((await home.expect(0, execute)).stdout).toContain(`conv3n execution follow ${first.id}`);
});

it('stops waiting after --wait and leaves the execution open', async () => {
  const nodes = { wait: { type: 'std/delay', config: { duration: '1h' } } };
  const name = home.write('long.json', { schema: 'conv3n.workflow/v1', name: 'Long', nodes, edges: [] });
  const { id } = await home.json(['workflow', 'push', name, '--publish']);
  const { stdout } = await home.expect(11, ['workflow', 'execute', id, '--wait', '300ms', '--json']);
  const { id: execution, status } = JSON.parse(stdout);
  expect(status).toBe('waiting');
  await home.expect(0, ['execution', 'cancel', execution]);
});

it('finds by name and pages through a list', async () => {
  expect((await home.expect(0, ['workflow', 'list', '--query', 'nothing-like-it'])).stdout).toContain(
    'No workflow has',
  );
  const first = await home.json(['workflow', 'list', '--limit', '1']);
  expect(first.items).toHaveLength(1);
  const second = await home.json(['workflow', 'list', '--limit', '1', '--cursor', first.next_cursor]);
  expect(second.items[0].id).not.toBe(first.items[0].id);
  expect((await home.expect(0, ['workflow', 'list', '--limit', '1'])).stderr).toContain(
    `--cursor ${first.next_cursor}`,
  );
});

it('adds, pauses, resumes and deletes triggers', async () => {
  const { id } = await home.json(['workflow', 'push', join(examples, 'count-visits/workflow.json'), '--publish']);
  const cron = ['trigger', 'add', id, 'std/cron', '--config', '{"schedule":"0 9 * * *"}'];
  const added = await home.json(cron);
  expect(added).toMatchObject({ workflow_id: id, node: null, type: 'std/cron', enabled: true });
  expect((await home.expect(0, ['trigger', 'pause', added.id])).stdout).toBe(`${added.id} is paused.\n`);
  expect((await home.json(['trigger', 'list', '--workflow', id])).items).toMatchObject([{ enabled: false }]);
  expect((await home.expect(0, ['trigger', 'list', '--workflow', id])).stdout).toMatch(/std\/cron +paused +next /);
  expect((await home.expect(0, ['trigger', 'resume', added.id])).stdout).toBe(`${added.id} is active.\n`);
  const hook = await home.json(['trigger', 'add', id, 'std/webhook', '--config', '{"path":"visits","method":"POST"}']);
  expect(hook.url).toBe(`${url}/api/v1/webhooks/visits`);
  expect(stable((await home.expect(0, ['trigger', 'list', '--workflow', id])).stdout)).toContain(
    'POST http://HOST/api/v1/webhooks/visits',
  );
  expect((await home.expect(0, ['trigger', 'delete', hook.id])).stdout).toBe(`Deleted ${hook.id}.\n`);
  expect(
    (await home.expect(2, ['trigger', 'add', id, 'std/cron', '--config', '{"schedule":"nonsense"}'])).stderr,
  ).toContain('schedule');
  await home.expect(3, ['trigger', 'delete', 'nope']);
});
