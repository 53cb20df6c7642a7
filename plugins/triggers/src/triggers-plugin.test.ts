import { compileSchema, type OperationReply, type RawRequest } from '@conv3n/nexus';
import { Conv3nError, isConv3nError, type JsonObject } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import type { FireReply, FireRequest } from './fire-execution.ts';
import { triggersPlugin } from './triggers-plugin.ts';

type Answer = FireReply | Error | (() => FireReply | Error);

async function start(published: readonly { workflow_id: string; nodes: readonly object[] }[] = []) {
  const platform = testPlatform();
  const storage = memoryStorage(platform);
  const fired: FireRequest[] = [];
  let answer: Answer = { id: 'e1', status: 'succeeded', output: { ok: true }, error: null };
  const runtime = createRuntime({ platform, storage, compileSchema });
  await runtime.load({
    manifest: {
      id: 'workflows',
      version: '0.1.0',
      description: 'Records what is fired',
      capabilities: ['svc:register:executions.*', 'svc:register:workflows.*', 'svc:register:secrets.*'],
    },
    load(context) {
      context.services.register<FireRequest, FireReply>({ name: 'executions.fire', deadlineMs: 0 }, (request) => {
        fired.push(request);
        const now = typeof answer === 'function' ? answer() : answer;
        if (now instanceof Error) throw now;
        return now;
      });
      context.services.register({ name: 'workflows.published_triggers' }, () => published);
      context.services.register<{ id: string }, object>({ name: 'workflows.get' }, ({ id }) => {
        if (id.startsWith('w')) return {};
        throw new Conv3nError('workflow_not_found', 'no', { kind: 'not_found' });
      });
      context.services.register<{ name: string }, object>({ name: 'secrets.resolve' }, ({ name }) => {
        if (name === 'gone') throw new Conv3nError('secret_not_found', 'no', { kind: 'not_found' });
        return { value: 's3cret' };
      });
    },
  });
  await runtime.load(triggersPlugin({ publicUrl: () => 'http://127.0.0.1:3000', compileSchema }));
  await runtime.start();
  const call = <Output>(name: string, input: unknown) => runtime.services.call<Output>(name, input, platform.context());
  const sync = (workflow_id: string, config: JsonObject, type = 'std/webhook', node = 'hook') =>
    call('triggers.sync', { workflow_id, nodes: [{ node, type, config }] });
  const receive = (path: string, overrides: Partial<RawRequest> = {}) =>
    call<OperationReply>('webhooks.receive', {
      path,
      request: {
        method: 'POST',
        path: `/api/v1/webhooks/${path}`,
        query: {},
        headers: { 'content-type': 'application/json' },
        sensitiveHeaders: {},
        body: new TextEncoder().encode('{"a":1}'),
        remoteAddress: '127.0.0.1',
        ...overrides,
      },
    });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { platform, storage, runtime, call, sync, receive, fired, settle, reply: (next: Answer) => (answer = next) };
}

const failure = (promise: Promise<unknown>): Promise<Conv3nError> =>
  promise.then(
    () => new Conv3nError('resolved', 'resolved'),
    (error: unknown) => (isConv3nError(error) ? error : new Conv3nError('other', String(error))),
  );
const codeOf = async (promise: Promise<unknown>) => (await failure(promise)).code;

describe('webhooks', () => {
  it('starts an execution with method, path, params, query, headers and body, and answers its output raw', async () => {
    const { sync, receive, fired } = await start();
    await sync('w1', { path: 'orders/:id', respond: 'last' });
    const answer = await receive('orders/7', { query: { q: 'x' } });
    expect(fired[0]).toMatchObject({
      workflow_id: 'w1',
      node: 'hook',
      kind: 'webhook',
      trigger_id: 'w1.hook',
      input: { method: 'POST', params: { id: '7' }, query: { q: 'x' }, body: { a: 1 } },
    });
    expect(answer.raw).toEqual({ status: 200, contentType: 'application/json', body: '{"ok":true}' });
  });

  it('answers 202 with the id for ack, and for an execution that is still open', async () => {
    const { sync, receive, fired, reply } = await start();
    await sync('w1', { path: 'a', respond: 'ack' });
    expect(await receive('a')).toMatchObject({ outcome: 'accepted', data: { id: 'e1' } });
    expect(fired[0]?.wait_ms).toBe(0);
    await sync('w2', { path: 'b' });
    reply({ id: 'e2', status: 'waiting', output: null, error: null });
    expect(await receive('b')).toMatchObject({ outcome: 'accepted', data: { id: 'e2', status: 'waiting' } });
  });

  it('waits as long as the engine does: no deadline of its own answers first', async () => {
    const { sync, receive, reply, platform } = await start();
    await sync('w1', { path: 'a' });
    const { promise, resolve } = Promise.withResolvers<FireReply>();
    reply(() => promise as unknown as FireReply);
    const answer = receive('a');
    await platform.advance(60_000);
    resolve({ id: 'e1', status: 'running', output: null, error: null });
    expect(await answer).toMatchObject({ outcome: 'accepted', data: { id: 'e1' } });
  });

  it('answers execution_failed for a failed execution and 503 when the engine is full', async () => {
    const { sync, receive, reply } = await start();
    await sync('w1', { path: 'a' });
    reply({
      id: 'e1',
      status: 'failed',
      output: null,
      error: { code: 'boom', message: 'secret detail', kind: 'internal', retryable: false },
    });
    const failed = await failure(receive('a'));
    expect(failed).toMatchObject({ code: 'execution_failed', kind: 'internal', details: { execution_id: 'e1' } });
    expect(JSON.stringify(failed.toDetail())).not.toContain('secret detail');
    reply(new Conv3nError('too_many_executions', 'full', { kind: 'exhausted' }));
    expect(await failure(receive('a'))).toMatchObject({ code: 'webhook_overloaded', kind: 'unavailable' });
  });

  it('refuses two webhooks with the same method and path, naming both, and lets a workflow keep its own', async () => {
    const { sync, call } = await start();
    await sync('w1', { path: 'orders/:id' });
    await sync('w1', { path: 'orders/:id', respond: 'ack' });
    const conflict = await failure(sync('w2', { path: '/orders/:other' }));
    expect(conflict).toMatchObject({ code: 'trigger_conflict', kind: 'conflict' });
    expect(conflict.message).toContain('w1');
    expect(conflict.message).toContain('w2');
    await sync('w2', { path: 'orders/:id', method: 'PUT' });
    expect((await call<{ items: unknown[] }>('triggers.list', {})).items).toHaveLength(2);
  });

  it('stops answering when unpublished or paused, and answers again when resumed', async () => {
    const { sync, receive, call } = await start();
    await sync('w1', { path: 'a' });
    await call('triggers.update', { id: 'w1.hook', enabled: false });
    expect(await codeOf(receive('a'))).toBe('webhook_not_found');
    await call('triggers.update', { id: 'w1.hook', enabled: true });
    expect(await codeOf(receive('a'))).toBe('resolved');
    await call('triggers.sync', { workflow_id: 'w1', nodes: [] });
    expect(await codeOf(receive('a'))).toBe('webhook_not_found');
  });

  it('checks the body against the schema and names each problem', async () => {
    const { sync, receive, fired } = await start();
    await sync('w1', { path: 'a', schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } });
    const bad = await failure(receive('a'));
    expect(bad).toMatchObject({ code: 'webhook_payload_invalid', violations: [{ path: 'a' }] });
    expect(fired).toHaveLength(0);
  });

  it('takes JSON, forms, text, bytes and nothing as what they are', async () => {
    const { sync, receive, fired } = await start();
    await sync('w1', { path: 'a' });
    const send = async (type: string, text: string) => {
      await receive('a', { headers: { 'content-type': type }, body: new TextEncoder().encode(text) });
      return (fired[fired.length - 1] as FireRequest & { input: { body: unknown } }).input.body;
    };
    expect(await send('application/vnd.api+json; charset=utf-8', '[1]')).toEqual([1]);
    expect(await send('application/x-www-form-urlencoded', 'a=1&b=2&a=3&__proto__=x')).toEqual({
      a: ['1', '3'],
      b: '2',
      ['__proto__']: 'x',
    });
    expect(await send('text/plain', 'hi')).toBe('hi');
    expect(await send('application/octet-stream', 'hi')).toBe('aGk=');
    expect(await send('application/json', '')).toBeNull();
    expect(await codeOf(receive('a', { body: new TextEncoder().encode('{') }))).toBe('webhook_body_invalid');
    expect(await codeOf(receive('a', { body: new Uint8Array([0x22, 0xff, 0x22]) }))).toBe('webhook_body_invalid');
  });

  it('accepts only a valid signature, within five minutes, and GitHub form', async () => {
    const { sync, receive, platform } = await start();
    await sync('w1', { path: 'a', secret: '{{ $secrets.hook }}' });
    const body = new TextEncoder().encode('{"a":1}');
    const seconds = Math.floor(platform.clock.now() / 1000);
    const own = platform.crypto.hmacSha256('s3cret', new TextEncoder().encode(`${seconds}.{"a":1}`)).toHex();
    const hub = platform.crypto.hmacSha256('s3cret', body).toHex();
    const signed = (headers: Record<string, string>, raw = body) =>
      receive('a', { sensitiveHeaders: headers, body: raw });
    expect(await codeOf(signed({ 'x-conv3n-signature': `t=${seconds},v1=${own}` }))).toBe('resolved');
    expect(await codeOf(signed({ 'x-hub-signature-256': `sha256=${hub}` }))).toBe('resolved');
    expect(await codeOf(signed({}))).toBe('webhook_signature_invalid');
    expect(await codeOf(signed({ 'x-conv3n-signature': `t=${seconds},v1=${hub}` }))).toBe('webhook_signature_invalid');
    expect(await codeOf(signed({ 'x-hub-signature-256': `sha256=${hub}` }, new TextEncoder().encode('{"a":2}')))).toBe(
      'webhook_signature_invalid',
    );
    await platform.advance(5 * 60_000 + 1000);
    expect(await codeOf(signed({ 'x-conv3n-signature': `t=${seconds},v1=${own}` }))).toBe('webhook_signature_invalid');
  });
});

describe('schedules', () => {
  it('fires an interval at its times, each with its own idempotency key', async () => {
    const { sync, platform, fired, settle } = await start();
    await sync('w1', { every: '10s' }, 'std/interval', 'tick');
    for (let round = 0; round < 3; round += 1) {
      await platform.advance(10_000);
      await settle();
    }
    expect(fired).toHaveLength(3);
    expect(new Set(fired.map((request) => request.idempotency_key)).size).toBe(3);
    expect(fired[0]).toMatchObject({ kind: 'interval', node: 'tick', wait_ms: 0 });
  });

  it('fires cron in its time zone', async () => {
    const { sync, call, platform } = await start();
    await platform.advance(0);
    await sync('w1', { schedule: '30 9 * * *', timezone: 'Asia/Tokyo' }, 'std/cron', 'daily');
    expect(await call('triggers.get', { id: 'w1.daily' })).toMatchObject({ next_at: '2026-01-01T00:30:00.000Z' });
  });

  it('tries again with the same key when the engine refuses', async () => {
    const { sync, platform, fired, settle, reply } = await start();
    await sync('w1', { every: '10s' }, 'std/interval', 'tick');
    reply(new Conv3nError('too_many_executions', 'full', { kind: 'exhausted' }));
    await platform.advance(10_000);
    await settle();
    reply({ id: 'e', status: 'running', output: null, error: null });
    await platform.advance(5_000);
    await settle();
    expect(fired).toHaveLength(2);
    expect(fired[0]?.idempotency_key).toBe(fired[1]?.idempotency_key);
  });

  it('makes one firing of those missed while the server was down', async () => {
    const first = await start();
    await first.sync('w1', { every: '10s' }, 'std/interval', 'tick');
    await first.runtime.stop();
    const entry = await first.storage.get('triggers', 'w1.tick');
    const second = await start([
      { workflow_id: 'w1', nodes: [{ node: 'tick', type: 'std/interval', config: { every: '10s' } }] },
    ]);
    await second.runtime.stop();
    await second.platform.advance(65_000);
    await second.storage.write([{ kind: 'put', namespace: 'triggers', key: 'w1.tick', value: entry?.value ?? null }]);
    await second.runtime.start();
    await second.platform.advance(0);
    await second.settle();
    expect(second.fired).toHaveLength(1);
  });

  it('refuses a schedule that is none', async () => {
    const { sync } = await start();
    expect(await codeOf(sync('w1', { schedule: 'every day' }, 'std/cron'))).toBe('trigger_invalid');
    expect(await codeOf(sync('w1', { every: '10ms' }, 'std/interval'))).toBe('trigger_invalid');
  });

  it('drops derived triggers at start that no published version has', async () => {
    const { call } = await start([
      { workflow_id: 'w1', nodes: [{ node: 'hook', type: 'std/webhook', config: { path: 'a' } }] },
    ]);
    expect((await call<{ items: { id: string }[] }>('triggers.list', {})).items.map((item) => item.id)).toEqual([
      'w1.hook',
    ]);
  });
});

describe('triggers without a node', () => {
  it('are created, changed and deleted; derived ones are only paused', async () => {
    const { call, sync } = await start();
    const made = (
      await call<OperationReply>('triggers.create', { workflow_id: 'w1', type: 'std/webhook', config: { path: 'x' } })
    ).data as { id: string };
    expect(await call('triggers.update', { id: made.id, config: { path: 'y' } })).toMatchObject({
      url: 'http://127.0.0.1:3000/api/v1/webhooks/y',
    });
    await call('triggers.delete', { id: made.id });
    await sync('w1', { path: 'a' });
    expect(await codeOf(call('triggers.delete', { id: 'w1.hook' }))).toBe('trigger_derived');
    expect(await codeOf(call('triggers.update', { id: 'w1.hook', config: { path: 'b' } }))).toBe('trigger_derived');
  });
});

describe('a webhook that cannot verify or start', () => {
  it('takes nothing while its secret is missing, or is no reference', async () => {
    const { sync, receive, fired, platform } = await start();
    for (const secret of ['{{ $secrets.gone }}', 'plain text']) {
      await sync('w1', { path: 'a', secret });
      const error = await failure(receive('a'));
      expect([error.code, error.kind]).toEqual(['webhook_secret_missing', 'unavailable']);
      expect(error.message).not.toContain('gone');
    }
    expect(fired).toEqual([]);
    expect(platform.lines.map((line) => line.level)).toContain('error');
  });

  it.each([
    ['too_many_executions', 'exhausted', 'webhook_overloaded'],
    ['not_published', 'conflict', 'webhook_not_found'],
    ['workflow_not_found', 'not_found', 'webhook_not_found'],
    ['input_invalid', 'invalid', 'input_invalid'],
  ] as const)('answers %s of the engine in its own words', async (code, kind, expected) => {
    const { sync, receive, reply } = await start();
    await sync('w1', { path: 'a' });
    reply(new Conv3nError(code, 'no', { kind }));
    expect(await codeOf(receive('a'))).toBe(expected);
  });
});

describe('triggers without a node', () => {
  it('are refused for a workflow that is not there, and with a config the block does not take', async () => {
    const { call } = await start();
    const create = (input: object) => codeOf(call('triggers.create', input));
    expect(await create({ workflow_id: 'gone', type: 'std/interval', config: { every: '5m' } })).toBe(
      'workflow_not_found',
    );
    expect(await create({ workflow_id: 'w1', type: 'std/interval', config: {} })).toBe('trigger_invalid');
    expect(await create({ workflow_id: 'w1', type: 'std/cron', config: { schedule: 'often' }, enabled: false })).toBe(
      'trigger_invalid',
    );
    const { data } = await call<OperationReply>('triggers.create', {
      workflow_id: 'w1',
      type: 'std/interval',
      config: { every: '5m' },
    });
    const { id } = data as { id: string };
    expect(await codeOf(call('triggers.update', { id, config: { every: '1ms' } }))).toBe('trigger_invalid');
  });

  it('vanish at start when their workflow is gone', async () => {
    const { call, storage, runtime, platform } = await start();
    const record = {
      id: 't1',
      workflowId: 'gone',
      node: null,
      type: 'std/interval',
      config: { every: '5m' },
      enabled: true,
      createdAt: 0,
      updatedAt: 0,
      lastFiredAt: null,
      nextAt: 1,
    };
    await storage.write([{ kind: 'put', namespace: 'triggers', key: 't1', value: record }]);
    await runtime.stop();
    const again = createRuntime({ platform, storage, compileSchema });
    await again.load({
      manifest: { id: 'workflows', version: '0.1.0', description: 'Nothing', capabilities: ['svc:register:*'] },
      load(context) {
        context.services.register({ name: 'workflows.published_triggers' }, () => []);
        context.services.register({ name: 'workflows.get' }, () => {
          throw new Conv3nError('workflow_not_found', 'no', { kind: 'not_found' });
        });
      },
    });
    await again.load(triggersPlugin({ publicUrl: () => 'http://127.0.0.1', compileSchema }));
    await again.start();
    expect(await again.services.call('triggers.list', {}, platform.context())).toEqual({ items: [] });
    expect(await codeOf(call('triggers.list', {}))).not.toBe('resolved');
  });
});

describe('a schedule whose workflow cannot be started', () => {
  it('waits for its next time instead of trying again and again', async () => {
    const { platform, sync, fired, settle, reply, call } = await start();
    await sync('w1', { every: '1m' }, 'std/interval', 'tick');
    reply(new Conv3nError('not_published', 'no', { kind: 'conflict' }));
    await platform.advance(60_000);
    await settle();
    expect(fired).toHaveLength(1);
    await platform.advance(30_000);
    await settle();
    expect(fired).toHaveLength(1);
    expect(await call('triggers.get', { id: 'w1.tick' })).toMatchObject({ last_fired_at: null });
    reply({ id: 'e', status: 'succeeded', output: null, error: null });
    await platform.advance(30_000);
    await settle();
    expect(fired).toHaveLength(2);
  });
});
