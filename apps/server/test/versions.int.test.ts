import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { doubling, orderIntake, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const unknown = '01890000-0000-7000-8000-000000000000';

describe('versions', () => {
  it('lists them newest first, in pages, and answers each as it was saved', async () => {
    const id = await server.createWorkflow(doubling({ name: 'v1' }), true);
    for (const n of [1, 2, 3])
      await server.expect(200, 'PUT', `/workflows/${id}`, {
        body: doubling({ name: `v${n + 1}` }),
        headers: { 'if-match': String(n) },
      });
    const first = await server.expect(200, 'GET', `/workflows/${id}/versions?limit=3`);
    expect(first.data.items.map((row: { version: number }) => row.version)).toEqual([4, 3, 2]);
    const second = await server.expect(
      200,
      'GET',
      `/workflows/${id}/versions?limit=3&cursor=${first.data.next_cursor}`,
    );
    expect(second.data.items).toMatchObject([{ version: 1, name: 'v1', published: true, created_by: 'cli' }]);
    expect(second.data.next_cursor).toBeUndefined();
    for (const n of [1, 2, 3, 4]) {
      const { data } = await server.expect(200, 'GET', `/workflows/${id}/versions/${n}`);
      expect(data).toMatchObject({ id, version: n, published_version: 1, workflow: { name: `v${n}` } });
    }
  });

  it.each(['5', '0', 'x', '1.5', '-1', '99999999999999999999'])('refuses version %s', async (version) => {
    const id = await server.createWorkflow(doubling());
    const code =
      version === '5' || version.length > 10 ? [404, 'workflow_version_not_found'] : [400, 'validation_failed'];
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/publish'],
    ] as const)
      await server.refused(code[0] as number, code[1] as string, method, `/workflows/${id}/versions/${version}${path}`);
  });

  it('publishes, rolls back and unpublishes', async () => {
    const id = await server.createWorkflow(workflow({ a: transform({ v: 1 }) }));
    await server.refused(409, 'not_published', 'POST', `/workflows/${id}/execute`);
    await server.expect(200, 'PUT', `/workflows/${id}`, {
      body: workflow({ a: transform({ v: 2 }) }),
      headers: { 'if-match': '1' },
    });
    const run = async () => (await server.expect(200, 'POST', `/workflows/${id}/execute`)).data;
    expect((await server.expect(200, 'POST', `/workflows/${id}/versions/2/publish`)).data).toMatchObject({
      published_version: 2,
    });
    expect(await run()).toMatchObject({ output: { v: 2 }, workflow_version: 2 });
    expect((await server.expect(200, 'POST', `/workflows/${id}/versions/1/publish`)).data).toMatchObject({
      published_version: 1,
    });
    expect(await run()).toMatchObject({ output: { v: 1 }, workflow_version: 1 });
    expect((await server.expect(200, 'POST', `/workflows/${id}/versions/1/publish`)).data).toMatchObject({
      published_version: 1,
    });
    expect((await server.expect(200, 'POST', `/workflows/${id}/unpublish`)).data).toMatchObject({
      published_version: null,
    });
    await server.refused(409, 'not_published', 'POST', `/workflows/${id}/execute`);
    expect((await server.expect(200, 'POST', `/workflows/${id}/unpublish`)).data).toMatchObject({
      published_version: null,
    });
  });

  it('answers publishing with the latest file, as GET does', async () => {
    const id = await server.createWorkflow(doubling({ name: 'old' }));
    await server.expect(200, 'PUT', `/workflows/${id}`, {
      body: doubling({ name: 'new' }),
      headers: { 'if-match': '1' },
    });
    const published = await server.expect(200, 'POST', `/workflows/${id}/versions/1/publish`);
    expect(published.data).toEqual((await server.expect(200, 'GET', `/workflows/${id}`)).data);
  });

  it('names both workflows when two published triggers would answer the same requests', async () => {
    const one = await server.createWorkflow(orderIntake('/same/:a'), true);
    const two = await server.createWorkflow(orderIntake('same/:b/'));
    const { error } = await server.refused(409, 'trigger_conflict', 'POST', `/workflows/${two}/versions/1/publish`);
    expect(error.message).toContain(one);
    expect(error.message).toContain(two);
    expect(error.details).toMatchObject({ workflows: [one, two] });
    expect((await server.expect(200, 'GET', `/workflows/${two}`)).data.published_version).toBeNull();
    await server.expect(200, 'POST', `/workflows/${one}/unpublish`);
    await server.expect(200, 'POST', `/workflows/${two}/versions/1/publish`);
  });

  it('keeps nothing of a creation whose publishing conflicts', async () => {
    await server.createWorkflow(orderIntake('taken'), true);
    await server.refused(409, 'trigger_conflict', 'POST', '/workflows?publish=true', {
      body: orderIntake('taken', { name: 'Left over' }),
    });
    expect((await server.expect(200, 'GET', '/workflows?query=left+over')).data.items).toEqual([]);
  });

  it('names a conflict between two nodes of one file', async () => {
    const node = { type: 'std/webhook', config: { path: 'twice' } };
    const id = await server.createWorkflow(workflow({ a: node, b: node }));
    const { error } = await server.refused(409, 'trigger_conflict', 'POST', `/workflows/${id}/versions/1/publish`);
    expect(error.message).toMatch(/node a .* node b/);
  });
});

describe('deleting', () => {
  it('takes the workflow, its versions and its triggers away; ended executions stay', async () => {
    const id = await server.createWorkflow(orderIntake('deleted'), true);
    const run = await server.expect(200, 'POST', `/workflows/${id}/execute`, {
      body: { input: { body: { price: 1, qty: 1 } } },
    });
    await server.expect(204, 'DELETE', `/workflows/${id}`);
    await server.refused(404, 'workflow_not_found', 'GET', `/workflows/${id}`);
    await server.refused(404, 'workflow_not_found', 'GET', `/workflows/${id}/versions`);
    await server.refused(404, 'workflow_not_found', 'GET', `/workflows/${id}/versions/1`);
    await server.refused(404, 'workflow_not_found', 'POST', `/workflows/${id}/execute`);
    await server.refused(404, 'workflow_not_found', 'POST', `/workflows/${id}/execute?version=1`);
    await server.refused(404, 'workflow_not_found', 'POST', `/workflows/${id}/versions/1/publish`);
    await server.refused(404, 'workflow_not_found', 'DELETE', `/workflows/${id}`);
    await server.refused(404, 'webhook_not_found', 'POST', '/webhooks/deleted', { token: null });
    expect((await server.expect(200, 'GET', `/triggers?workflow_id=${id}`)).data.items).toEqual([]);
    const ended = await server.expect(200, 'GET', `/executions/${run.data.id}`);
    expect(ended.data).toMatchObject({ workflow_id: id, status: 'succeeded' });
    await server.expect(200, 'GET', `/executions/${run.data.id}/workflow`);
  });

  it('answers 409 while executions are open', async () => {
    const id = await server.createWorkflow(waiting(), true);
    const run = await server.expect(202, 'POST', `/workflows/${id}/execute?mode=async`);
    const { error } = await server.refused(409, 'workflow_busy', 'DELETE', `/workflows/${id}`);
    expect(error.message).toContain('1 open');
    await server.expect(202, 'POST', `/executions/${run.data.id}/cancel`);
    await server.until(run.data.id, 'cancelled');
    await server.expect(204, 'DELETE', `/workflows/${id}`);
  });

  it('counts an execution once whose caller still waits', async () => {
    const id = await server.createWorkflow(waiting('400ms'), true);
    const waited = server.call('POST', `/workflows/${id}/execute`);
    for (let tries = 0; tries < 200; tries += 1) {
      const { data } = await server.expect(200, 'GET', `/executions?workflow_id=${id}`);
      if (data.items.length === 1) break;
    }
    const { error } = await server.refused(409, 'workflow_busy', 'DELETE', `/workflows/${id}`);
    expect(error.message).toContain(' 1 open');
    expect((await waited).data.status).toBe('succeeded');
    await server.expect(204, 'DELETE', `/workflows/${id}`);
  });

  it('never leaves an execution of a deleted workflow open, however starts and the deletion interleave', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await server.createWorkflow(waiting(), true);
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => server.call('POST', `/workflows/${id}/execute?mode=async`)),
        server.call('DELETE', `/workflows/${id}`),
        ...Array.from({ length: 4 }, () => server.call('POST', `/workflows/${id}/execute?mode=async`)),
      ]);
      const deleted = answers[4]?.status === 204;
      const started = answers.filter((answer) => answer.status === 202);
      if (deleted) expect(started).toEqual([]);
      else expect(answers[4]?.code).toBe('workflow_busy');
      for (const { data } of started) await server.expect(202, 'POST', `/executions/${data.id}/cancel`);
    }
  });

  it('answers 404 for a workflow nobody made', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/versions'],
      ['POST', '/unpublish'],
      ['POST', '/execute'],
      ['POST', '/versions/1/publish'],
    ] as const)
      await server.refused(404, 'workflow_not_found', method, `/workflows/${unknown}${path}`);
    await server.refused(404, 'workflow_not_found', 'PUT', `/workflows/${unknown}`, {
      body: doubling(),
      headers: { 'if-match': '1' },
    });
  });
});
