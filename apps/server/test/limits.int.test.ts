import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { hookWith, workflow } from './workflow-files.ts';

const holding = { type: 'custom/code', config: { code: 'export default () => { for (;;) {} }' }, timeout: '20s' };

describe('admission', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ CONV3N_MAX_RUNNING: '1', CONV3N_MAX_QUEUED: '1' });
  });
  afterAll(() => server.remove());

  it('answers 429 with Retry-After beyond what may run and wait, webhooks 503, and takes work again later', async () => {
    const id = await server.createWorkflow(workflow({ hold: holding }), true);
    await server.createWorkflow(hookWith({ path: 'full', respond: 'ack' }), true);
    const start = () => server.call('POST', `/workflows/${id}/execute?mode=async`);
    const running = await start();
    const queued = await start();
    expect([running.status, queued.status, queued.data.status]).toEqual([202, 202, 'queued']);
    const refused = await server.refused(429, 'too_many_executions', 'POST', `/workflows/${id}/execute?mode=async`);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.error.retryable).toBe(true);
    await server.refused(429, 'too_many_executions', 'POST', '/run', {
      body: { workflow: workflow({ hold: holding }) },
    });
    await server.refused(429, 'too_many_executions', 'POST', `/workflows/${id}/execute`, {
      headers: { 'idempotency-key': 'full' },
    });
    const hook = await server.refused(503, 'webhook_overloaded', 'POST', '/webhooks/full', { token: null });
    expect(Number(hook.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const { data } of [queued, running]) await server.expect(202, 'POST', `/executions/${data.id}/cancel`);
    await server.until(running.data.id, 'cancelled');
    await server.until(queued.data.id, 'cancelled');
    const later = await server.expect(202, 'POST', '/webhooks/full', { token: null });
    await server.until(later.data.id, 'succeeded');
  });

  it('keeps answering while user code, queries and expressions run hot', async () => {
    const { data } = await server.expect(202, 'POST', '/run?mode=async', {
      body: { workflow: workflow({ hold: holding }) },
    });
    await server.expect(200, 'GET', '//health', { token: null });
    await server.expect(202, 'POST', `/executions/${data.id}/cancel`);
    await server.until(data.id, 'cancelled');
  });
});

describe('the rate limit', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ CONV3N_RATE_LIMIT: '5' });
  });
  afterAll(() => server.remove());

  it('counts by caller and tells when to come back', async () => {
    for (let n = 0; n < 5; n += 1) await server.expect(200, 'GET', '/workflows');
    const refused = await server.refused(429, 'rate_limited', 'GET', '/workflows');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await server.expect(200, 'GET', '//health', { token: null });
  });
});
