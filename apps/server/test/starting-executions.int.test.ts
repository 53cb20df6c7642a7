import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, TestServer } from './test-server.ts';
import { doubling, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const execute = (id: string, query = '', options: CallOptions = {}) =>
  server.call('POST', `/workflows/${id}/execute${query}`, options);
const run = (file: object, query = '', more: object = {}) =>
  server.call('POST', `/run${query}`, { body: { workflow: file, ...more } });

describe('execute', () => {
  it('waits for the end and answers 200 with the execution, whatever its final status', async () => {
    const id = await server.createWorkflow(doubling(), true);
    const answer = await execute(id, '', { body: { input: { n: 21 } } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('location')).toBe(`/api/v1/executions/${answer.data.id}`);
    expect(answer.data).toMatchObject({
      workflow_id: id,
      workflow_version: 1,
      status: 'succeeded',
      input: { n: 21 },
      output: { doubled: 42 },
      error: null,
    });
    const failing = await execute(id);
    expect(failing.status).toBe(200);
    expect(failing.data).toMatchObject({
      status: 'failed',
      input: null,
      output: null,
      error: { code: 'expression_null_access' },
    });
  });

  it('answers 202 with the execution so far when wait_ms ends first', async () => {
    const id = await server.createWorkflow(waiting(), true);
    const answer = await execute(id, '?wait_ms=50');
    expect(answer.status).toBe(202);
    expect(answer.data).toMatchObject({
      status: 'waiting',
      finished_at: null,
      steps: [
        { node: 'pause', status: 'waiting' },
        { node: 'done', status: 'pending' },
      ],
    });
    await server.expect(202, 'POST', `/executions/${answer.data.id}/cancel`);
  });

  it('answers 202 and Location at once with mode=async', async () => {
    const id = await server.createWorkflow(waiting('100ms'), true);
    const answer = await execute(id, '?mode=async');
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/v1/executions/${answer.data.id}`);
    await server.until(answer.data.id, 'succeeded');
  });

  it('streams its events with mode=stream: the view, each event, the end', async () => {
    const id = await server.createWorkflow(doubling(), true);
    for (const headers of [{}, { accept: 'text/event-stream' }]) {
      const answer = await execute(id, '?mode=stream', { body: { input: { n: 2 } }, headers });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain('text/event-stream');
      expect(answer.events.map((event) => event.event)).toEqual([
        'execution',
        'execution_started',
        'step_succeeded',
        'execution_succeeded',
        'end',
      ]);
      expect(answer.events.map((event) => event.id)).toEqual(['0', '1', '2', '3', undefined]);
      expect(answer.events.at(-1)?.data).toMatchObject({ status: 'succeeded', output: { doubled: 4 } });
    }
  });

  it('goes on when the client leaves', async () => {
    const id = await server.createWorkflow(waiting('300ms'), true);
    for (const query of ['', '?mode=stream']) {
      await expect(execute(id, query, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
      const [left] = (await server.expect(200, 'GET', `/executions?workflow_id=${id}`)).data.items;
      expect(left.status).toBe('waiting');
      await server.until(left.id, 'succeeded');
    }
  });

  it('runs any version with ?version=n, published or not', async () => {
    const id = await server.createWorkflow(workflow({ a: transform({ v: 1 }) }));
    await server.expect(200, 'PUT', `/workflows/${id}`, {
      body: workflow({ a: transform({ v: 2 }) }),
      headers: { 'if-match': '1' },
    });
    for (const version of [1, 2]) {
      const answer = await execute(id, `?version=${version}`);
      expect(answer.data).toMatchObject({ workflow_version: version, output: { v: version } });
    }
    await server.refused(404, 'workflow_version_not_found', 'POST', `/workflows/${id}/execute?version=3`);
    await server.refused(409, 'not_published', 'POST', `/workflows/${id}/execute`);
  });

  it('starts one execution per Idempotency-Key and refuses the key for another request', async () => {
    const id = await server.createWorkflow(doubling(), true);
    const send = (n: number, key: string, query = '') =>
      execute(id, query, { body: { input: { n } }, headers: { 'idempotency-key': key } });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(1, 'one')));
    expect(new Set(answers.map((answer) => answer.data.id)).size).toBe(1);
    expect((await send(1, 'one')).data).toEqual(answers[0]?.data);
    expect((await send(1, 'two')).data.id).not.toBe(answers[0]?.data.id);
    for (const [n, query] of [
      [2, ''],
      [1, '?version=1'],
    ] as const) {
      const other = await send(n, 'one', query);
      expect([other.status, other.code]).toEqual([409, 'idempotency_key_reused']);
    }
  });

  it('names every place where the input breaks its schema', async () => {
    const input = {
      type: 'object',
      required: ['n'],
      properties: { n: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } },
    };
    const id = await server.createWorkflow(doubling({ input }), true);
    const answer = await server.refused(400, 'input_invalid', 'POST', `/workflows/${id}/execute`, {
      body: { input: { n: 'x', tags: ['a', 1] } },
    });
    expect(answer.error.violations?.map((item) => item.path)).toEqual(['n', 'tags.1']);
    await server.refused(400, 'input_invalid', 'POST', `/workflows/${id}/execute`);
    const unsaved = await run(doubling({ input }), '', { input: {} });
    expect([unsaved.status, unsaved.code]).toEqual([400, 'input_invalid']);
  });

  it.each([
    ['an input schema that is none', { input: { type: 'nope' } }],
    ['an input pattern that is none', { input: { type: 'string', pattern: '(' } }],
  ])('refuses %s when it is saved, or at least never fails on it', async (_name, more) => {
    const saved = await server.call('POST', '/workflows?publish=true', { body: doubling(more) });
    if (saved.status === 400) return expect(saved.code).toBe('workflow_invalid');
    const answer = await execute(saved.data.id, '', { body: { input: 'x' } });
    expect(answer.status).toBeLessThan(500);
  });

  it('refuses input that is nested too deeply to be kept', async () => {
    const id = await server.createWorkflow(doubling(), true);
    const raw = `{"input":${'['.repeat(3000)}${']'.repeat(3000)}}`;
    await server.refused(400, 'input_not_json', 'POST', `/workflows/${id}/execute`, { raw });
  });

  it('is not stopped by a pattern that backtracks for ever', async () => {
    const saved = await server.call('POST', '/workflows?publish=true', {
      body: doubling({ input: { type: 'string', pattern: '^(a|a|a)*$' } }),
    });
    if (saved.status === 400) return expect(saved.code).toBe('workflow_invalid');
    const answer = await execute(saved.data.id, '', { body: { input: `${'a'.repeat(40)}!` } });
    expect(answer.code).toBe('input_invalid');
  });

  it.each(['?mode=later', '?wait_ms=-1', '?wait_ms=300001', '?wait_ms=x', '?version=0', '?versoin=1'])(
    'refuses %s',
    async (query) => {
      const id = await server.createWorkflow(doubling(), true);
      await server.refused(400, 'validation_failed', 'POST', `/workflows/${id}/execute${query}`);
    },
  );
});

describe('run', () => {
  it('runs an unsaved workflow and stores no workflow', async () => {
    const answer = await run(doubling({ name: 'Never saved' }), '', { input: { n: 3 } });
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({
      workflow_id: null,
      workflow_version: null,
      workflow_name: 'Never saved',
      output: { doubled: 6 },
    });
    expect((await server.expect(200, 'GET', '/workflows?query=never+saved')).data.items).toEqual([]);
    const definition = await server.expect(200, 'GET', `/executions/${answer.data.id}/workflow`);
    expect(definition.data.workflow).toEqual(doubling({ name: 'Never saved' }));
  });

  it('answers under the alias /api/run too', async () => {
    const { data } = await server.expect(200, 'POST', '//api/run', { body: { workflow: doubling(), input: { n: 1 } } });
    expect(data.output).toEqual({ doubled: 2 });
  });

  it('takes mode and wait_ms as execute does', async () => {
    expect((await run(waiting('50ms'), '?wait_ms=10')).status).toBe(202);
    expect((await run(waiting('50ms'), '?mode=async')).status).toBe(202);
    const streamed = await run(waiting('50ms'), '?mode=stream');
    expect(streamed.events.at(-1)).toMatchObject({ event: 'end', data: { output: { done: true } } });
  });

  it('refuses a file with problems', async () => {
    const answer = await run(workflow({ a: { type: 'std/transfrom' } }));
    expect([answer.status, answer.code]).toEqual([400, 'workflow_invalid']);
    const none = await server.refused(400, 'validation_failed', 'POST', '/run', { body: {} });
    expect(none.error.violations).toMatchObject([{ path: 'workflow' }]);
  });
});
