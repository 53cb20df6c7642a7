import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTargetService, type TargetService } from './target-service.ts';
import { TestServer } from './test-server.ts';
import { hookWith, transform, workflow } from './workflow-files.ts';

let server: TestServer;
let target: TargetService;
const logged: string[] = [];

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, 'write').mockImplementation(((chunk: string | Uint8Array, ...rest: []) => {
      logged.push(String(chunk));
      return write(chunk, ...rest);
    }) as typeof stream.write);
  }
  server = await TestServer.start({ CONV3N_LOG_LEVEL: 'debug' });
  target = await startTargetService();
});
beforeEach(() => {
  target.answerWith((request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(request));
  });
});
afterAll(async () => {
  await server.remove();
  await target.close();
  vi.restoreAllMocks();
});

const secret = 'correct-horse-battery-staple-4711';
const setSecret = (name: string, value: string) => server.expect(200, 'POST', '/secrets', { body: { name, value } });
const request = (config: object) => ({ type: 'std/http_request', config });
const run = async (file: object, input: unknown = null) =>
  (await server.expect(200, 'POST', '/run', { body: { workflow: file, input } })).data;

/** Everything the API tells about an execution, as text. */
async function allAbout(id: string): Promise<string> {
  const view = await server.expect(200, 'GET', `/executions/${id}`);
  const events = await server.expect(200, 'GET', `/executions/${id}/events`);
  const steps = await Promise.all(
    view.data.steps.map((step: { node: string }) => server.expect(200, 'GET', `/executions/${id}/steps/${step.node}`)),
  );
  return [view.text, events.text, ...steps.map((step) => step.text)].join('\n');
}

describe('secrets', () => {
  it('are listed by name and never shown', async () => {
    const set = await setSecret('listed', secret);
    const list = await server.expect(200, 'GET', '/secrets');
    expect(list.data.items.map((item: { name: string }) => item.name)).toContain('listed');
    expect(set.text + list.text).not.toContain(secret);
    await server.refused(405, 'method_not_allowed', 'GET', '/secrets/listed');
  });

  it('are replaced, paged and deleted', async () => {
    for (const name of ['page_a', 'page_b', 'page_c']) await setSecret(name, 'v');
    const first = await server.expect(200, 'GET', '/secrets?limit=1');
    const second = await server.expect(200, 'GET', `/secrets?limit=200&cursor=${first.data.next_cursor}`);
    expect(second.data.items.map((item: { name: string }) => item.name)).not.toContain(first.data.items[0].name);
    await setSecret('page_a', 'other');
    for (const name of ['page_a', 'page_b', 'page_c']) await server.expect(204, 'DELETE', `/secrets/${name}`);
    await server.refused(404, 'secret_not_found', 'DELETE', '/secrets/page_a');
  });

  it.each([
    { name: '1a', value: 'x' },
    { name: 'a-b', value: 'x' },
    { name: 'ok', value: '' },
    { name: 'ok' },
    { name: 'x'.repeat(65), value: 'x' },
  ])('refuse %j', async (body) => {
    await server.refused(400, 'validation_failed', 'POST', '/secrets', { body });
  });

  it('reach the other system, and are scrubbed from outputs, errors, events and logs', async () => {
    await setSecret('api_token', secret);
    const auth = { type: 'bearer', token: '{{ $secrets.api_token }}' };
    const ok = await run(
      workflow(
        {
          call: request({ url: `${target.url}/echo`, auth, headers: { 'x-key': '{{ $secrets.api_token }}' } }),
          shown: transform({ all: '{{ $node.call.data }}' }),
        },
        [['call', 'shown']],
      ),
    );
    expect(ok.status).toBe('succeeded');
    expect(target.seen.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${secret}`, 'x-key': secret });
    target.answerWith((seen, response) => {
      response.statusCode = 400;
      response.end(`you sent ${seen.headers['authorization']}`);
    });
    const failing = await run(workflow({ call: request({ url: `${target.url}/fail`, auth }) }));
    expect(failing.status).toBe('failed');
    for (const { id } of [ok, failing]) expect(await allAbout(id)).not.toContain(secret);
    expect(logged.join('')).not.toContain(secret);
  });

  it('stand nowhere in the data directory in plain text', async () => {
    await setSecret('at_rest', secret);
    const files = readdirSync(server.dataDir, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(server.dataDir, name),
    );
    for (const file of files)
      if (statSync(file).isFile()) expect(readFileSync(file).includes(secret), file).toBe(false);
    expect(statSync(join(server.dataDir, 'secrets.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(server.dataDir, 'cli-token')).mode & 0o777).toBe(0o600);
    expect(statSync(server.dataDir).mode & 0o777).toBe(0o700);
  });

  it('are accepted only in fields made for them', async () => {
    const answer = await server.refused(400, 'workflow_invalid', 'POST', '/workflows', {
      body: workflow({ a: transform({ leak: '{{ $secrets.api_token }}' }) }),
    });
    expect(answer.error.violations).toMatchObject([{ path: 'nodes.a.config.set.leak', code: 'secret_not_allowed' }]);
  });

  it('fail the step with a clear error when they do not exist', async () => {
    const ended = await run(
      workflow({
        call: request({ url: target.url, auth: { type: 'bearer', token: '{{ $secrets.nobody_set_this }}' } }),
      }),
    );
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'secret_not_found' } });
    expect(ended.error.message).toContain('nobody_set_this');
  });

  it.each([
    ['the body of a webhook, taken whole', { body: '{{ $trigger.body }}' }],
    ['a header', { body: 'x', headers: { 'x-leak': '{{ $trigger.body.inner }}' } }],
    ['a part of an object', { body: { wrapped: ['{{ $trigger.body.inner }}'] } }],
    ['the query', { body: 'x', query: { q: '{{ $trigger.body.inner }}' } }],
    ['a token', { body: 'x', auth: { type: 'bearer', token: '{{ $trigger.body.inner }}' } }],
  ])('are not resolved from data that looks like a reference: %s', async (name, config) => {
    await setSecret('api_token', secret);
    const path = `forge-${name.replaceAll(/\W/g, '')}`;
    const before = target.seen.length;
    const id = await server.createWorkflow(
      hookWith({ path }, { call: request({ url: `${target.url}/collect`, method: 'POST', ...config }) }),
      true,
    );
    for (const body of [
      { $secret: 'api_token', inner: { $secret: 'api_token' } },
      { inner: { $secret: 'api_token' } },
    ]) {
      const answer = await server.call('POST', `/webhooks/${path}`, { token: null, body });
      expect(answer.text).not.toContain(secret);
    }
    for (const seen of target.seen.slice(before)) expect(JSON.stringify(seen)).not.toContain(secret);
    const { data } = await server.expect(200, 'GET', `/executions?workflow_id=${id}`);
    const runs = await Promise.all(
      data.items.map((item: { id: string }) => server.expect(200, 'GET', `/executions/${item.id}`)),
    );
    expect(runs.map((item) => item.data.error?.code)).toContain('secret_forged');
    for (const { id: execution } of data.items) expect(await allAbout(execution)).not.toContain(secret);
  });
});

describe('a step in doubt', () => {
  const posting = (more: object = {}) =>
    workflow(
      {
        pay: request({ url: `${target.url}/pay`, method: 'POST', body: { amount: 1 }, ...more }),
        after: transform({ paid: '{{ $node.pay.data }}' }),
      },
      [['pay', 'after']],
    );

  /** The other system takes the request and drops the connection. */
  const doubtful = async () => {
    target.answerWith((_seen, _response, raw) => raw.socket.destroy());
    const answer = await server.expect(202, 'POST', '/run', { body: { workflow: posting() } });
    expect(answer.data).toMatchObject({
      status: 'in_doubt',
      steps: [
        { node: 'pay', status: 'in_doubt' },
        { node: 'after', status: 'pending' },
      ],
    });
    return answer.data.id as string;
  };
  const decide = (id: string, body: object) =>
    server.call('POST', `/executions/${id}/decide`, { body: { node: 'pay', ...body } });

  it('answers 202 and is decided with succeed', async () => {
    const id = await doubtful();
    const answer = await decide(id, { decision: 'succeed', data: { receipt: 7 } });
    expect(answer.status).toBe(200);
    expect(await server.until(id, 'succeeded')).toMatchObject({ output: { paid: { receipt: 7 } } });
  });

  it('is decided with skip', async () => {
    const id = await doubtful();
    expect((await decide(id, { decision: 'skip' })).status).toBe(200);
    const ended = await server.until(id, 'succeeded');
    expect(ended.output).toBeNull();
    expect(ended.steps).toMatchObject([
      { node: 'pay', status: 'skipped', data: null },
      { node: 'after', status: 'skipped' },
    ]);
  });

  it('is decided with fail', async () => {
    const id = await doubtful();
    expect((await decide(id, { decision: 'fail' })).status).toBe(200);
    expect(await server.until(id, 'failed')).toMatchObject({ error: { code: 'step_decided_failed' } });
  });

  it('is decided with retry, under the same idempotency key', async () => {
    const id = await doubtful();
    const first = target.seen.at(-1);
    target.answerWith((_seen, response) => response.setHeader('content-type', 'application/json').end('{"paid":true}'));
    expect((await decide(id, { decision: 'retry' })).status).toBe(200);
    expect(await server.until(id, 'succeeded')).toMatchObject({ output: { paid: { body: { paid: true } } } });
    expect(target.seen.at(-1)?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(first?.headers['idempotency-key']).toBeTruthy();
  });

  it('ends as cancelled and stays in doubt when the execution is cancelled', async () => {
    const id = await doubtful();
    await server.expect(202, 'POST', `/executions/${id}/cancel`);
    expect((await server.until(id, 'cancelled')).steps).toMatchObject([
      { node: 'pay', status: 'in_doubt' },
      { node: 'after' },
    ]);
  });

  it('refuses decisions that make no sense', async () => {
    const id = await doubtful();
    for (const [body, status, code] of [
      [{ decision: 'maybe' }, 400, 'validation_failed'],
      [{ decision: 'skip', node: 'after' }, 409, 'step_not_in_doubt'],
      [{ decision: 'skip', node: 'nobody' }, 404, 'step_not_found'],
      [{ decision: 'skip', iteration: '0' }, 404, 'step_not_found'],
    ] as const) {
      const answer = await decide(id, body);
      expect([answer.status, answer.code]).toEqual([status, code]);
    }
    await decide(id, { decision: 'fail' });
    await server.until(id, 'failed');
    const late = await decide(id, { decision: 'skip' });
    expect([late.status, late.code]).toEqual([409, 'execution_ended']);
  });

  it('keeps the wait of a webhook open no longer than the doubt: 202 with the id', async () => {
    target.answerWith((_seen, _response, raw) => raw.socket.destroy());
    await server.createWorkflow(
      hookWith({ path: 'doubt' }, { pay: request({ url: target.url, method: 'POST' }) }),
      true,
    );
    const answer = await server.expect(202, 'POST', '/webhooks/doubt', { token: null, body: {} });
    expect(answer.data).toMatchObject({ status: 'in_doubt' });
  });
});
