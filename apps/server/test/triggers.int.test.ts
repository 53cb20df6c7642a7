import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, TestServer } from './test-server.ts';
import { hookWith, orderIntake, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const hook = (method: string, path: string, options: CallOptions = {}) =>
  server.call(method, `/webhooks/${path}`, { token: null, ...options });
const seeing = { out: transform({ seen: '{{ $trigger }}' }) };

describe('webhooks', () => {
  it('answer the output of Order intake raw, for both branches', async () => {
    await server.createWorkflow(orderIntake('orders'), true);
    for (const [qty, tier] of [
      [1, 'basic'],
      [100, 'gold'],
    ] as const) {
      const answer = await hook('POST', 'orders', { body: { price: 10, qty } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/);
      expect(answer.headers.get('content-security-policy')).toBe('sandbox');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(JSON.parse(answer.text)).toEqual({ tier, total: 10 * qty });
    }
  });

  it('start with method, path, params, query, headers and body, and no credentials', async () => {
    const id = await server.createWorkflow(hookWith({ path: 'see/:kind/:id', method: 'PUT' }, seeing), true);
    const headers = {
      authorization: 'Bearer outer-secret-1',
      cookie: 'session=outer-secret-2',
      'x-hub-signature-256': 'sha256=outer-secret-3',
      'x-api-key': 'outer-secret-4',
      'x-webhook-token': 'outer-secret-5',
      'x-plain': 'seen',
    };
    const answer = await hook('PUT', 'see/order/a%20b?x=1&x=2&y=3', { body: { a: [1] }, headers });
    const { seen } = JSON.parse(answer.text);
    expect(seen).toMatchObject({
      method: 'PUT',
      path: '/api/v1/webhooks/see/order/a%20b',
      params: { kind: 'order', id: 'a b' },
      query: { x: ['1', '2'], y: '3' },
      body: { a: [1] },
    });
    expect(seen.headers['x-plain']).toBe('seen');
    const { data } = await server.expect(200, 'GET', `/executions?workflow_id=${id}`);
    const events = await server.expect(200, 'GET', `/executions/${data.items[0].id}/events`);
    expect(answer.text + events.text).not.toContain('outer-secret');
    expect((await server.expect(200, 'GET', `/executions/${data.items[0].id}`)).data.trigger).toMatchObject({
      kind: 'webhook',
      node: 'hook',
      trigger_id: `${id}.hook`,
    });
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('answer %s and nothing else at their place', async (method) => {
    const path = `method-${method.toLowerCase()}`;
    await server.createWorkflow(hookWith({ path, method }), true);
    expect((await hook(method, path)).status).toBe(200);
    for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => name !== method)) {
      const answer = await hook(other, path);
      expect([answer.status, answer.code]).toEqual([404, 'webhook_not_found']);
      expect(answer.error.message).toContain(method);
    }
  });

  it('prefer a fixed segment to a parameter', async () => {
    await server.createWorkflow(
      hookWith(
        { path: 'pick/:any', method: 'GET' },
        { out: transform({ which: 'parameter {{ $trigger.params.any }}' }) },
      ),
      true,
    );
    await server.createWorkflow(
      hookWith({ path: 'pick/me', method: 'GET' }, { out: transform({ which: 'fixed' }) }),
      true,
    );
    expect(JSON.parse((await hook('GET', 'pick/me')).text)).toEqual({ which: 'fixed' });
    expect(JSON.parse((await hook('GET', 'pick/you')).text)).toEqual({ which: 'parameter you' });
  });

  it.each([
    ['text', 'text/plain', 'plain', 'plain'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1&b=2&b=3', { a: '1', b: ['2', '3'] }],
    ['bytes', 'application/octet-stream', '\u0001', 'AQ=='],
    ['JSON under another name', 'application/vnd.x+json', '{"a":1}', { a: 1 }],
  ])('read %s', async (name, type, raw, body) => {
    const path = `read-${name.replaceAll(/\W/g, '')}`;
    await server.createWorkflow(hookWith({ path }, seeing), true);
    const answer = await hook('POST', path, { raw, headers: { 'content-type': type } });
    expect(JSON.parse(answer.text).seen.body).toEqual(body);
  });

  it('refuse a body that is not what its type says, and one that breaks the schema', async () => {
    await server.createWorkflow(
      hookWith({ path: 'strict', schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } }),
      true,
    );
    const broken = await hook('POST', 'strict', { raw: '{' });
    expect([broken.status, broken.code]).toEqual([400, 'webhook_body_invalid']);
    const wrong = await hook('POST', 'strict', { body: { n: 'x' } });
    expect([wrong.status, wrong.code, wrong.error.violations?.[0]?.path]).toEqual([
      400,
      'webhook_payload_invalid',
      'n',
    ]);
    expect((await hook('POST', 'strict', { body: { n: 1 } })).status).toBe(200);
  });

  it('answer 400 when the workflow has an input schema the request breaks', async () => {
    await server.createWorkflow(
      hookWith({ path: 'with-input' }, undefined, { input: { type: 'object', required: ['never'] } }),
      true,
    );
    const answer = await hook('POST', 'with-input', { body: {} });
    expect([answer.status, answer.code]).toEqual([400, 'input_invalid']);
  });

  it('answer ack with 202 and the id at once', async () => {
    await server.createWorkflow(hookWith({ path: 'ack', respond: 'ack' }), true);
    const answer = await hook('POST', 'ack', { body: {} });
    expect(answer.status).toBe(202);
    await server.until(answer.data.id, 'succeeded');
  });

  it('answer a failed execution with 500, the envelope and the id, without its details', async () => {
    await server.createWorkflow(
      hookWith({ path: 'fails' }, { out: transform({ x: '{{ $trigger.body.a.b }}' }) }),
      true,
    );
    const answer = await hook('POST', 'fails', { body: {} });
    expect([answer.status, answer.code]).toEqual([500, 'execution_failed']);
    const id = answer.error.details?.['execution_id'] as string;
    expect((await server.expect(200, 'GET', `/executions/${id}`)).data.status).toBe('failed');
  });

  it('answer with the content type the trigger names, always sandboxed', async () => {
    await server.createWorkflow(
      workflow(
        {
          hook: {
            type: 'std/webhook',
            config: { path: 'page', method: 'GET', contentType: 'text/html; charset=utf-8' },
          },
          out: { type: 'custom/code', config: { code: 'export default () => "<script>1</script>"' } },
        },
        [['hook', 'out']],
      ),
      true,
    );
    const answer = await hook('GET', 'page');
    expect([answer.status, answer.text]).toEqual([200, '<script>1</script>']);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toBe('sandbox');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('verify signatures over the raw body and refuse old or wrong ones', async () => {
    await server.expect(200, 'POST', '/secrets', { body: { name: 'signing', value: 'k3y' } });
    const id = await server.createWorkflow(
      hookWith({ path: 'signed', secret: '{{ $secrets.signing }}' }, seeing),
      true,
    );
    const raw = '{"a": 1}';
    const mac = (text: string, key = 'k3y') => createHmac('sha256', key).update(text).digest('hex');
    const now = Math.floor(Date.now() / 1000);
    const own = (seconds: number, key?: string) => ({
      'x-conv3n-signature': `t=${seconds},v1=${mac(`${seconds}.${raw}`, key)}`,
    });
    for (const headers of [own(now), { 'x-hub-signature-256': `sha256=${mac(raw)}` }] as Record<string, string>[]) {
      const answer = await hook('POST', 'signed', { raw, headers });
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('signature');
    }
    for (const headers of [
      {},
      own(now - 301),
      own(now + 301),
      own(now, 'other'),
      { 'x-hub-signature-256': `sha256=${mac(`${raw} `)}` },
      { 'x-hub-signature-256': 'sha256=zz' },
    ] as Record<string, string>[]) {
      const answer = await hook('POST', 'signed', { raw, headers });
      expect([answer.status, answer.code]).toEqual([401, 'webhook_signature_invalid']);
    }
    await server.expect(204, 'DELETE', '/secrets/signing');
    const missing = await hook('POST', 'signed', { raw, headers: own(now) });
    expect([missing.status, missing.code]).toEqual([503, 'webhook_secret_missing']);
    const { data } = await server.expect(200, 'GET', `/executions?workflow_id=${id}`);
    expect(data.items).toHaveLength(2);
  });

  it('vanish with unpublishing, come back with publishing, and follow the published version', async () => {
    const id = await server.createWorkflow(hookWith({ path: 'first' }), true);
    await server.expect(200, 'PUT', `/workflows/${id}`, {
      body: hookWith({ path: 'second' }),
      headers: { 'if-match': '1' },
    });
    expect([(await hook('POST', 'first')).status, (await hook('POST', 'second')).status]).toEqual([200, 404]);
    await server.expect(200, 'POST', `/workflows/${id}/versions/2/publish`);
    expect([(await hook('POST', 'first')).status, (await hook('POST', 'second')).status]).toEqual([404, 200]);
    await server.expect(200, 'POST', `/workflows/${id}/unpublish`);
    expect([(await hook('POST', 'first')).status, (await hook('POST', 'second')).status]).toEqual([404, 404]);
  });

  it('start only their own node', async () => {
    const id = await server.createWorkflow(
      workflow(
        {
          one: { type: 'std/webhook', config: { path: 'only-one' } },
          two: { type: 'std/webhook', config: { path: 'only-two' } },
          a: transform({ from: 'one' }),
          b: transform({ from: 'two' }),
        },
        [
          ['one', 'a'],
          ['two', 'b'],
        ],
      ),
      true,
    );
    expect(JSON.parse((await hook('POST', 'only-two', { body: {} })).text)).toEqual({ from: 'two' });
    const byApi = await server.expect(200, 'POST', `/workflows/${id}/execute`);
    expect(byApi.data.output).toEqual({ a: { from: 'one' }, b: { from: 'two' } });
  });

  it('stay where they were while publishing, firing and deleting interleave', async () => {
    const id = await server.createWorkflow(hookWith({ path: 'interleaved', respond: 'ack' }), true);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => hook('POST', 'interleaved', { body: {} })),
      server.call('POST', `/workflows/${id}/unpublish`),
      server.call('POST', `/workflows/${id}/versions/1/publish`),
      ...Array.from({ length: 5 }, () => hook('POST', 'interleaved', { body: {} })),
    ]);
    for (const answer of answers) expect([200, 202, 404]).toContain(answer.status);
    const { data } = await server.expect(200, 'GET', `/workflows/${id}`);
    expect((await hook('POST', 'interleaved', { body: {} })).status).toBe(data.published_version === null ? 404 : 202);
  });
});

describe('triggers', () => {
  const list = async (id: string) => (await server.expect(200, 'GET', `/triggers?workflow_id=${id}`)).data.items;

  it('are derived by publishing, with URL and next time', async () => {
    const id = await server.createWorkflow(
      workflow({
        hook: { type: 'std/webhook', config: { path: '/listed/:id' } },
        daily: { type: 'std/cron', config: { schedule: '0 9 * * *', timezone: 'Europe/Berlin' } },
        often: { type: 'std/interval', config: { every: '1h' } },
      }),
      true,
    );
    expect(await list(id)).toMatchObject([
      {
        id: `${id}.daily`,
        node: 'daily',
        type: 'std/cron',
        enabled: true,
        last_fired_at: null,
        next_at: expect.stringMatching(/T0[78]:00:00\.000Z$/),
      },
      { id: `${id}.hook`, node: 'hook', url: `${server.url}/api/v1/webhooks/listed/:id`, next_at: null },
      { id: `${id}.often`, node: 'often', next_at: expect.any(String) },
    ]);
    await server.expect(200, 'POST', `/workflows/${id}/unpublish`);
    expect(await list(id)).toEqual([]);
  });

  it('are paused and resumed, and stay paused over a publication of the same node', async () => {
    const id = await server.createWorkflow(hookWith({ path: 'paused' }), true);
    const put = (enabled: boolean) => server.expect(200, 'PUT', `/triggers/${id}.hook`, { body: { enabled } });
    expect((await put(false)).data).toMatchObject({ enabled: false });
    expect((await hook('POST', 'paused')).status).toBe(404);
    await server.expect(200, 'POST', `/workflows/${id}/versions/1/publish`);
    expect((await hook('POST', 'paused')).status).toBe(404);
    expect((await put(true)).data).toMatchObject({ enabled: true });
    expect((await hook('POST', 'paused')).status).toBe(200);
    await server.refused(409, 'trigger_derived', 'PUT', `/triggers/${id}.hook`, {
      body: { config: { path: 'other' } },
    });
    await server.refused(409, 'trigger_derived', 'DELETE', `/triggers/${id}.hook`);
  });

  it('are added to a workflow without such a node, changed and deleted', async () => {
    const id = await server.createWorkflow(workflow({ out: transform({ got: '{{ $trigger.body.n }}' }) }), true);
    const made = await server.expect(201, 'POST', '/triggers', {
      body: { workflow_id: id, type: 'std/webhook', config: { path: 'added' } },
    });
    expect(made.headers.get('location')).toBe(`/api/v1/triggers/${made.data.id}`);
    expect((await server.expect(200, 'GET', `/triggers/${made.data.id}`)).data).toEqual(made.data);
    expect(JSON.parse((await hook('POST', 'added', { body: { n: 5 } })).text)).toEqual({ got: 5 });
    await server.expect(200, 'PUT', `/triggers/${made.data.id}`, { body: { config: { path: 'moved' } } });
    expect([(await hook('POST', 'added')).status, (await hook('POST', 'moved', { body: {} })).status]).toEqual([
      404, 200,
    ]);
    await server.refused(409, 'trigger_conflict', 'POST', '/triggers', {
      body: { workflow_id: id, type: 'std/webhook', config: { path: 'moved' } },
    });
    await server.expect(200, 'POST', `/workflows/${id}/unpublish`);
    const unpublished = await hook('POST', 'moved', { body: {} });
    expect([unpublished.status, unpublished.code]).toEqual([404, 'webhook_not_found']);
    await server.expect(204, 'DELETE', `/triggers/${made.data.id}`);
    await server.refused(404, 'trigger_not_found', 'GET', `/triggers/${made.data.id}`);
    await server.refused(404, 'trigger_not_found', 'DELETE', `/triggers/${made.data.id}`);
  });

  it.each([
    [
      'a workflow nobody made',
      { workflow_id: 'nobody', type: 'std/interval', config: { every: '5m' } },
      404,
      'workflow_not_found',
    ],
    ['a schedule that is none', { type: 'std/cron', config: { schedule: 'often' } }, 400, 'trigger_invalid'],
    [
      'a schedule that is none, paused',
      { type: 'std/cron', config: { schedule: 'often' }, enabled: false },
      400,
      'trigger_invalid',
    ],
    ['an unknown setting', { type: 'std/webhook', config: { pth: 'x' } }, 400, 'trigger_invalid'],
    ['a path that is none', { type: 'std/webhook', config: { path: 'a b' } }, 400, 'trigger_invalid'],
    ['a secret in plain text', { type: 'std/webhook', config: { path: 'a', secret: 'x' } }, 400, 'trigger_invalid'],
    ['an interval too short', { type: 'std/interval', config: { every: '10ms' } }, 400, 'trigger_invalid'],
    ['a type nobody offers', { type: 'std/delay', config: {} }, 400, 'validation_failed'],
    ['no config', { type: 'std/interval' }, 400, 'validation_failed'],
  ])('are refused for %s', async (_name, body, status, code) => {
    const id = await server.createWorkflow(workflow({ out: transform({}) }));
    await server.refused(status, code, 'POST', '/triggers', { body: { workflow_id: id, ...body } });
    expect(await list(id)).toEqual([]);
  });

  it.each([
    ['schedule', { type: 'std/cron', config: { schedule: 'often' } }],
    ['every', { type: 'std/interval', config: { every: '1ms' } }],
    ['secret', { type: 'std/webhook', config: { path: 'x', secret: 'plain' } }],
  ])('are refused when the workflow is saved, naming %s', async (field, node) => {
    const body = workflow({ start: node });
    const { error } = await server.refused(400, 'workflow_invalid', 'POST', '/workflows', { body });
    expect(error.violations).toMatchObject([{ path: `nodes.start.config.${field}` }]);
    expect((await server.expect(200, 'POST', '/workflows/validate', { body })).data).toMatchObject({
      valid: false,
      problems: [{ path: `nodes.start.config.${field}` }],
    });
  });

  it('fire: an interval starts executions and tells when', async () => {
    const id = await server.createWorkflow(
      workflow(
        {
          tick: { type: 'std/interval', config: { every: '1s' } },
          out: transform({ at: '{{ $trigger.scheduled_at }}' }),
        },
        [['tick', 'out']],
      ),
      true,
    );
    let fired: { id: string }[] = [];
    for (let tries = 0; fired.length < 2 && tries < 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      fired = (await server.expect(200, 'GET', `/executions?workflow_id=${id}`)).data.items;
    }
    const last = (await server.expect(200, 'GET', `/executions/${fired[0]?.id}`)).data;
    expect(last).toMatchObject({
      status: 'succeeded',
      trigger: { kind: 'interval', node: 'tick', trigger_id: `${id}.tick` },
    });
    expect((await list(id))[0].last_fired_at).toEqual(expect.any(String));
    const times = await Promise.all(
      fired.map(async (item) => (await server.expect(200, 'GET', `/executions/${item.id}`)).data.output.at),
    );
    expect(new Set(times).size).toBe(fired.length);
    await server.expect(200, 'POST', `/workflows/${id}/unpublish`);
  });

  it('page through the list', async () => {
    const id = await server.createWorkflow(waiting());
    for (let n = 0; n < 3; n += 1)
      await server.expect(201, 'POST', '/triggers', {
        body: { workflow_id: id, type: 'std/interval', config: { every: '1h' }, enabled: false },
      });
    const first = await server.expect(200, 'GET', `/triggers?workflow_id=${id}&limit=2`);
    const second = await server.expect(
      200,
      'GET',
      `/triggers?workflow_id=${id}&limit=2&cursor=${first.data.next_cursor}`,
    );
    expect([first.data.items.length, second.data.items.length, second.data.next_cursor]).toEqual([2, 1, undefined]);
  });
});
