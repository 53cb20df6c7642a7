import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CliHome, stable } from './cli-home.ts';

const home = new CliHome();
let outside: Server;
let address: string;
let drop = true;

beforeAll(async () => {
  outside = createServer((request, response) => {
    if (drop) request.socket.destroy();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"receipt":7}');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(outside.address() as { port: number }).port}`;
  await home.startServer([], { CONV3N_EGRESS_ALLOW: address });
});
afterAll(async () => {
  await home.remove();
  outside.close();
});

const transform = (set: object) => ({ type: 'std/transform', config: { set } });

async function push(name: string, nodes: object, edges: readonly object[] = []): Promise<string> {
  const file = home.write(`${name}.json`, { schema: 'conv3n.workflow/v1', name, nodes, edges });
  return (await home.json(['workflow', 'push', file, '--id', name, '--publish'])).id;
}

it('says that there is no latest execution yet', async () => {
  expect((await home.expect(3, ['execution', 'show', 'latest'])).stderr).toContain('There is no execution yet');
});

it('follows a live execution to its end', async () => {
  const id = await push(
    'live',
    { wait: { type: 'std/delay', config: { duration: '1s' } }, done: transform({ done: true }) },
    [{ source: 'wait', target: 'done' }],
  );
  const started = await home.json(['workflow', 'execute', id, '--async']);
  const followed = await home.expect(0, ['execution', 'follow', started.id]);
  expect(stable(followed.stdout)).toMatchInlineSnapshot(`
    "TIME  execution started
    TIME  wait waiting
    TIME  wait succeeded
    TIME  done succeeded
    TIME  execution succeeded

    live  succeeded  UUID

    STEP  BLOCK  STATUS  PORT  TRIES  TIME
    wait  std/delay  succeeded  default
    done  std/transform  succeeded  default

    {
      "done": true
    }"
  `);
  const lines = (await home.expect(0, ['execution', 'follow', 'latest', '--json'])).stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).type)).toEqual([
    'execution_started',
    'step_waiting',
    'step_succeeded',
    'step_succeeded',
    'execution_succeeded',
  ]);
});

it('lists and shows executions, and the exit code of show tells the status', async () => {
  const id = await push('fails', { out: transform({ a: '{{ $trigger.a.b }}' }) });
  const failed = await home.expect(10, ['workflow', 'execute', id, '--json']);
  const shown = await home.expect(10, ['execution', 'show', failed.json.id]);
  expect(stable(shown.stdout)).toMatchInlineSnapshot(`
    "fails  failed  UUID

    STEP  BLOCK  STATUS  PORT  TRIES  TIME
    out  std/transform  failed  error

    error in out Cannot read "a" because $trigger is null. Write ?. after it if it may be missing. (line 1, column 4) (expression_null_access)"
  `);
  expect((await home.expect(10, ['execution', 'show', failed.json.id, '--json'])).json).toMatchObject({
    id: failed.json.id,
    status: 'failed',
    steps: [{ node: 'out', status: 'failed' }],
  });
  const listed = await home.expect(0, ['execution', 'list', '--status', 'failed', '--workflow', id]);
  expect(stable(listed.stdout)).toMatchInlineSnapshot(`
    "ID  WORKFLOW  STATUS  TRIGGER  CREATED  TIME  ERROR
    UUID  fails  failed  cli  TIME  SPAN  expression_null_access"
  `);
  expect((await home.expect(0, ['execution', 'list', '--status', 'timed_out'])).stdout).toBe('No execution matches.\n');
});

it('cancels a waiting execution', async () => {
  const id = await push('waits', { wait: { type: 'std/delay', config: { duration: '1h' } } });
  const started = await home.json(['workflow', 'execute', id, '--async']);
  expect((await home.expect(0, ['execution', 'cancel', started.id])).stdout).toContain(`Asked ${started.id} to stop`);
  await home.expect(10, ['execution', 'follow', started.id]);
  expect((await home.expect(10, ['execution', 'show', started.id, '--json'])).json.status).toBe('cancelled');
});

it('retries from a step', async () => {
  const id = await push(
    'twice',
    { first: transform({ n: 1 }), second: transform({ n: '{{ $node.first.data.n + 1 }}' }) },
    [{ source: 'first', target: 'second' }],
  );
  const ended = await home.json(['workflow', 'execute', id]);
  const again = await home.json(['execution', 'retry', ended.id, '--from', 'second']);
  expect(again.id).not.toBe(ended.id);
  await home.expect(0, ['execution', 'follow', again.id]);
  const text = await home.expect(0, ['execution', 'retry', ended.id]);
  expect(stable(text.stdout)).toBe('Started UUID. Follow it: conv3n execution follow UUID');
});

it('stops at a step in doubt, explains it, and takes the decision', async () => {
  const id = await push(
    'pay',
    {
      charge: { type: 'std/http_request', config: { method: 'POST', url: `http://${address}/charge`, body: {} } },
      done: transform({ receipt: '{{ $node.charge.data.receipt }}' }),
    },
    [{ source: 'charge', target: 'done' }],
  );
  const doubtful = await home.expect(11, ['workflow', 'execute', id]);
  expect(stable(doubtful.stdout)).toContain(
    'Nobody knows whether charge took effect. Look at the other side, then: conv3n execution decide UUID charge succeed|retry|skip|fail',
  );
  const { items } = await home.json(['execution', 'list', '--status', 'in_doubt']);
  const [{ id: execution }] = items;
  await home.expect(11, ['execution', 'follow', execution]);
  expect((await home.expect(2, ['execution', 'decide', execution, 'charge', 'maybe'])).stderr).toContain(
    'Allowed choices are succeed, retry, skip, fail',
  );
  expect((await home.expect(2, ['execution', 'decide', execution, 'charge', 'retry', '--data', '1'])).stderr).toContain(
    '--data is the outcome',
  );
  await home.expect(3, ['execution', 'decide', execution, 'done', 'retry']);
  const decided = await home.expect(0, [
    'execution',
    'decide',
    execution,
    'charge',
    'succeed',
    '--data',
    '{"receipt":7}',
  ]);
  expect(decided.stdout).toContain('Decided charge: succeed.');
  await home.expect(0, ['execution', 'follow', execution]);
  expect((await home.json(['execution', 'show', execution])).output).toEqual({ receipt: 7 });
});

it('runs the step again when the decision is retry', async () => {
  drop = true;
  const { stdout } = await home.expect(11, ['workflow', 'execute', 'pay', '--json']);
  drop = false;
  const { id } = JSON.parse(stdout);
  await home.expect(0, ['execution', 'decide', id, 'charge', 'retry']);
  await home.expect(0, ['execution', 'follow', id]);
});

it('answers 3 for an execution that does not exist', async () => {
  for (const what of ['show', 'follow', 'cancel', 'retry']) {
    const { stderr } = await home.expect(3, ['execution', what, '01a1f917-e346-73e4-8378-c5f561ed0f4d', '--json']);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'execution_not_found', kind: 'not_found' });
  }
});

it('prints no escape sequence of a foreign text', async () => {
  const id = await push('sly', { out: transform({ a: '{{ $trigger.text }}' }) });
  const sly = JSON.stringify({ text: '\u001b[31mred\u001b]0;title\u0007\u009b2J' });
  const { stdout } = await home.expect(0, ['workflow', 'execute', id, '--input-json', sly]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
  expect(stdout).not.toMatch(/[\u001b\u009b\u0007]/);
});
