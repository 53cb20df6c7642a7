import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { hookWith, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

/** Own properties whatever the name, as JSON.parse makes them. */
const named = (name: string, value: unknown): Record<string, unknown> =>
  JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'];

describe.each(names)('the name %s', (name) => {
  it('is a node like any other', async () => {
    const file = workflow(named(name, transform({ x: 1 })));
    const answer = await server.call('POST', '/run', { body: { workflow: file } });
    if (answer.status === 400) return expect(answer.code).toBe('workflow_invalid');
    expect(answer.data).toMatchObject({ status: 'succeeded', output: { x: 1 } });
    await server.expect(200, 'GET', `/executions/${answer.data.id}/steps/${name}`);
    const evaluated = await server.call('POST', '/expressions/evaluate', {
      body: { expression: '1', execution_id: answer.data.id, node: name },
    });
    expect(evaluated.data).toEqual({ value: 1 });
  });

  it('is no node where there is none', async () => {
    const { data } = await server.expect(200, 'POST', '/run', {
      body: { workflow: workflow({ a: transform({ x: 1 }) }) },
    });
    await server.refused(404, 'step_not_found', 'GET', `/executions/${data.id}/steps/${name}`);
    await server.refused(404, 'step_not_found', 'POST', `/executions/${data.id}/retry`, { body: { from_node: name } });
    const evaluated = await server.call('POST', '/expressions/evaluate', {
      body: { expression: '1', execution_id: data.id, node: name },
    });
    expect(evaluated.status).toBe(200);
  });

  it('is a key of input, query, path parameter and body like any other, and pollutes nothing', async () => {
    const path = `hostile-${name}`;
    await server.createWorkflow(
      hookWith({ path: `${path}/:${name}` }, { out: transform({ seen: '{{ $trigger }}' }) }),
      true,
    );
    const answer = await server.expect(200, 'POST', `/webhooks/${path}/p?${name}=q`, {
      token: null,
      raw: `{"${name}":{"polluted":true}}`,
    });
    expect(answer.text).toContain('"polluted":true');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const run = await server.expect(200, 'POST', '/run', {
      raw: `{"workflow":${JSON.stringify(workflow({ a: transform({ all: '{{ $trigger }}' }) }))},"input":{"${name}":{"polluted":true}}}`,
    });
    expect(JSON.stringify(run.data.input)).toContain('polluted');
  });

  it('is a workflow id, secret or variable that works or is refused', async () => {
    const made = await server.call('POST', '/workflows?publish=true', {
      body: { ...workflow({ a: transform({ x: 1 }) }), id: name },
    });
    expect([201, 400]).toContain(made.status);
    if (made.status === 201) await server.expect(200, 'POST', `/workflows/${name}/execute`);
    await server.expect(200, 'POST', '/secrets', { body: { name, value: 'v' } });
    await server.expect(204, 'DELETE', `/secrets/${name}`);
    await server.refused(404, 'secret_not_found', 'DELETE', `/secrets/${name}`);
    const variable = await server.call('POST', '/run', {
      body: { workflow: workflow({ v: { type: 'std/set_var', config: { name, value: 1, scope: 'global' } } }) },
    });
    expect(['succeeded', 'failed', undefined]).toContain(variable.data?.status);
    const after = await server.expect(200, 'POST', '/run', {
      body: { workflow: workflow({ a: transform({ x: '{{ $vars.other ?? 1 }}' }) }) },
    });
    expect(after.data.output).toEqual({ x: 1 });
  });
});

describe('deleting and publishing at the same time', () => {
  it('leaves no trigger of a deleted workflow', async () => {
    for (let round = 0; round < 5; round += 1) {
      const path = `deleted-${round}`;
      const id = await server.createWorkflow(hookWith({ path }));
      const [published, deleted] = await Promise.all([
        server.call('POST', `/workflows/${id}/versions/1/publish`),
        server.call('DELETE', `/workflows/${id}`),
        server.call('POST', `/workflows/${id}/versions/1/publish`),
      ]);
      expect([200, 404]).toContain(published?.status);
      expect(deleted?.status).toBe(204);
      expect((await server.expect(200, 'GET', `/triggers?workflow_id=${id}`)).data.items).toEqual([]);
      await server.refused(404, 'webhook_not_found', 'POST', `/webhooks/${path}`, { token: null });
    }
  });

  it('lets a retry of a deleted workflow find the version it ran', async () => {
    const id = await server.createWorkflow(workflow({ a: transform({ x: 1 }) }), true);
    const run = await server.expect(200, 'POST', `/workflows/${id}/execute`);
    await server.expect(204, 'DELETE', `/workflows/${id}`);
    const again = await server.expect(202, 'POST', `/executions/${run.data.id}/retry`);
    expect(await server.until(again.data.id, 'succeeded')).toMatchObject({ output: { x: 1 } });
  });

  it('cancels what is open so that it can be deleted', async () => {
    const id = await server.createWorkflow(waiting(), true);
    const open = await Promise.all(
      [1, 2, 3].map(() => server.expect(202, 'POST', `/workflows/${id}/execute?mode=async`)),
    );
    const refused = await server.refused(409, 'workflow_busy', 'DELETE', `/workflows/${id}`);
    expect(refused.error.message).toContain('3 open');
    await Promise.all(open.map(({ data }) => server.expect(202, 'POST', `/executions/${data.id}/cancel`)));
    for (const { data } of open) await server.until(data.id, 'cancelled');
    await server.expect(204, 'DELETE', `/workflows/${id}`);
  });
});
