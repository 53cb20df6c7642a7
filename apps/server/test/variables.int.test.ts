import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { transform, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const count = (scope: string, more: object = {}) =>
  workflow({
    next: { type: 'std/set_var', config: { name: 'counter', value: '{{ ($vars.counter ?? 0) + 1 }}', scope, ...more } },
  });
const run = async (id: string) => (await server.expect(200, 'POST', `/workflows/${id}/execute`)).data;

it('keeps variables by scope, and over a restart', async () => {
  const own = await server.createWorkflow(count('workflow'), true);
  const other = await server.createWorkflow(count('workflow'), true);
  const once = await server.createWorkflow(count('execution'), true);
  const shared = await server.createWorkflow(
    workflow({ set: { type: 'std/set_var', config: { name: 'greeting', value: 'hello', scope: 'global' } } }),
    true,
  );
  expect([(await run(own)).output, (await run(own)).output, (await run(other)).output]).toEqual([1, 2, 1]);
  expect([(await run(once)).output, (await run(once)).output]).toEqual([1, 1]);
  await run(shared);
  await server.stop();
  await server.start();
  expect((await run(own)).output).toBe(3);
  const seen = await server.expect(200, 'POST', '/run', {
    body: { workflow: workflow({ a: transform({ v: '{{ $vars.greeting }}' }) }) },
  });
  expect(seen.data.output).toEqual({ v: 'hello' });
});

it('forgets a variable after its time', async () => {
  const id = await server.createWorkflow(count('workflow', { ttl: '300ms' }), true);
  expect((await run(id)).output).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect((await run(id)).output).toBe(1);
});
