import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, TestServer } from './test-server.ts';
import { doubling, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const unknown = '01890000-0000-7000-8000-000000000000';
const execute = (id: string, query = '', options: CallOptions = {}) =>
  server.call('POST', `/workflows/${id}/execute${query}`, options);
const run = (file: object, query = '', more: object = {}) =>
  server.call('POST', `/run${query}`, { body: { workflow: file, ...more } });

/** Three iterations inside two. */
const loops = workflow({
  outer: {
    type: 'std/loop',
    config: {
      items: '{{ $trigger.rows }}',
      body: {
        nodes: {
          inner: {
            type: 'std/loop',
            config: {
              items: '{{ $item }}',
              body: { nodes: { twice: transform({ value: '{{ $item * 2 }}' }) }, edges: [] },
            },
          },
        },
        edges: [],
      },
    },
  },
});

describe('the list', () => {
  it('filters by workflow, status and time, newest first, in pages', async () => {
    const id = await server.createWorkflow(doubling(), true);
    const made: string[] = [];
    for (const n of [1, 2, 3, 4, 5]) made.push((await execute(id, '', { body: { input: { n } } })).data.id);
    const failed = (await execute(id)).data.id;
    const list = async (query: string) =>
      (await server.expect(200, 'GET', `/executions?workflow_id=${id}&${query}`)).data;
    const ids = (page: { items: { id: string }[] }) => page.items.map((item) => item.id);
    expect(ids(await list('status=failed'))).toEqual([failed]);
    expect(ids(await list('status=succeeded'))).toEqual(made.toReversed());
    const first = await list('status=succeeded&limit=3');
    expect(ids(first)).toEqual([made[4], made[3], made[2]]);
    const second = await list(`status=succeeded&limit=3&cursor=${first.next_cursor}`);
    expect(ids(second)).toEqual([made[1], made[0]]);
    expect(second.next_cursor).toBeUndefined();
    const at = (await server.expect(200, 'GET', `/executions/${made[2]}`)).data.created_at;
    const since = ids(await list(`from=${at}`));
    const until = ids(await list(`to=${at}`));
    expect(since).toContain(made[2]);
    expect(until).not.toContain(made[2]);
    expect([...since, ...until].sort()).toEqual([...made, failed].sort());
    expect(ids(await list(`from=${at}&to=${at}`))).toEqual([]);
    const summary = (await list('status=failed')).items[0];
    expect(summary).toMatchObject({
      workflow_id: id,
      workflow_version: 1,
      status: 'failed',
      trigger: 'cli',
      error_code: 'expression_null_access',
    });
  });

  it.each(['status=done', 'from=yesterday', 'limit=500', 'worfklow_id=1'])('refuses %s', async (query) => {
    await server.refused(400, 'validation_failed', 'GET', `/executions?${query}`);
  });

  it('answers an empty page for a cursor or workflow nobody made', async () => {
    expect((await server.expect(200, 'GET', '/executions?workflow_id=nobody')).data.items).toEqual([]);
    expect((await server.call('GET', '/executions?cursor=%00x')).status).toBeLessThan(500);
  });
});

describe('reading', () => {
  it('answers 404 for an execution nobody started', async () => {
    for (const id of [unknown, 'x'])
      for (const path of ['', '/events', '/workflow', '/steps/a'])
        await server.refused(404, 'execution_not_found', 'GET', `/executions/${id}${path}`);
    await server.refused(404, 'execution_not_found', 'GET', `/executions/${unknown}/events`, {
      headers: { accept: 'text/event-stream' },
    });
    await server.refused(404, 'execution_not_found', 'GET', `/executions/${unknown}/events`, {
      headers: { accept: 'text/event-stream', 'last-event-id': '3' },
    });
    for (const path of ['/cancel', '/retry'])
      await server.refused(404, 'execution_not_found', 'POST', `/executions/${unknown}${path}`);
    await server.refused(404, 'execution_not_found', 'POST', `/executions/${unknown}/decide`, {
      body: { node: 'a', decision: 'skip' },
    });
  });

  it('refuses ids that no execution can have', async () => {
    for (const id of ['%00', 'a.b', 'x'.repeat(65), '%F0%9F%92%A9'])
      await server.refused(400, 'validation_failed', 'GET', `/executions/${id}`);
  });

  it('pages through events', async () => {
    const { data } = await run(loops, '', { input: { rows: [[1, 2]] } });
    const all = (await server.expect(200, 'GET', `/executions/${data.id}/events`)).data.items;
    expect(all.map((event: { version: number }) => event.version)).toEqual(
      all.map((_: unknown, index: number) => index + 1),
    );
    const seen = [];
    let cursor = '';
    do {
      const page = (
        await server.expect(200, 'GET', `/executions/${data.id}/events?limit=2${cursor && `&cursor=${cursor}`}`)
      ).data;
      seen.push(...page.items);
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(all);
    for (const wrong of ['x', '-1', '1.5', '1e9'])
      await server.refused(400, 'validation_failed', 'GET', `/executions/${data.id}/events?cursor=${wrong}`);
  });

  it('follows live, resumes after Last-Event-ID without losing or repeating, and ends also when nothing is left', async () => {
    const started = await run(waiting('300ms'), '?mode=async');
    const follow = async (last?: string) =>
      (
        await server.expect(200, 'GET', `/executions/${started.data.id}/events`, {
          headers: { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) },
        })
      ).events;
    const live = await follow();
    expect(live[0]).toMatchObject({ event: 'execution', data: { id: started.data.id, status: 'waiting' } });
    expect(live.at(-1)).toMatchObject({ event: 'end', data: { status: 'succeeded' } });
    const all = (await server.expect(200, 'GET', `/executions/${started.data.id}/events`)).data.items as {
      version: number;
      type: string;
    }[];
    for (let last = 0; last <= all.length; last += 1) {
      const resumed = await follow(String(last));
      expect(resumed.slice(0, -1).map((event) => event.data)).toEqual(all.slice(last));
      expect(resumed.at(-1)?.event).toBe('end');
    }
    expect((await follow()).map((event) => event.event)).toEqual(['execution', 'end']);
    expect((await follow('junk')).length).toBe(all.length + 1);
    expect((await follow('999')).map((event) => event.event)).toEqual(['end']);
  });

  it('answers a step with its input, and the runs inside loops one by one or in pages', async () => {
    const simple = await run(
      workflow({ a: transform({ x: 1 }), b: transform({ y: '{{ $input.default.x }}' }) }, [['a', 'b']]),
    );
    expect((await server.expect(200, 'GET', `/executions/${simple.data.id}/steps/b`)).data).toMatchObject({
      node: 'b',
      type: 'std/transform',
      status: 'succeeded',
      attempts: 1,
      input: { default: { x: 1 } },
      data: { y: 1 },
      port: 'default',
      error: null,
    });
    await server.refused(404, 'step_not_found', 'GET', `/executions/${simple.data.id}/steps/nobody`);
    await server.refused(404, 'step_not_found', 'GET', `/executions/${simple.data.id}/steps/b?iteration=0`);

    const { data } = await run(loops, '', {
      input: {
        rows: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    });
    expect(data.output).toEqual(
      [
        [2, 4, 6],
        [8, 10, 12],
      ].map((row) => row.map((value) => ({ value }))),
    );
    const path = `/executions/${data.id}/steps/twice`;
    expect((await server.expect(200, 'GET', `${path}?iteration=1.2`)).data).toMatchObject({
      iteration: [1, 2],
      data: { value: 12 },
      status: 'succeeded',
    });
    const seen: number[][] = [];
    let cursor = '';
    do {
      const page = (await server.expect(200, 'GET', `${path}?limit=4${cursor && `&cursor=${cursor}`}`)).data;
      expect(page.items.length).toBeLessThanOrEqual(4);
      seen.push(...page.items.map((step: { iteration: number[] }) => step.iteration));
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    await server.refused(404, 'step_not_found', 'GET', `${path}?iteration=1.3`);
    await server.refused(404, 'step_not_found', 'GET', `${path}?iteration=1`);
    await server.refused(400, 'validation_failed', 'GET', `${path}?iteration=x`);
  });
});

describe('cancel', () => {
  it('ends a waiting execution, and answers 409 for one that has ended', async () => {
    const { data } = await run(waiting(), '?mode=async');
    const cancelled = await server.expect(202, 'POST', `/executions/${data.id}/cancel`);
    expect(cancelled.data.id).toBe(data.id);
    const ended = await server.until(data.id, 'cancelled');
    expect(ended.steps).toMatchObject([{ node: 'pause', status: 'cancelled' }, { node: 'done' }]);
    await server.refused(409, 'execution_ended', 'POST', `/executions/${data.id}/cancel`);
    const done = await run(doubling(), '', { input: { n: 1 } });
    await server.refused(409, 'execution_ended', 'POST', `/executions/${done.data.id}/cancel`);
  });

  it('ends queued executions of a workflow with bounded concurrency', async () => {
    const id = await server.createWorkflow(
      workflow(
        {
          hold: { type: 'custom/code', config: { code: 'export default async () => { for (;;) {} }' }, timeout: '20s' },
        },
        [],
        { concurrency: 1 },
      ),
      true,
    );
    const first = await execute(id, '?mode=async');
    const second = await execute(id, '?mode=async');
    expect(second.data.status).toBe('queued');
    expect((await server.expect(200, 'GET', `/executions?workflow_id=${id}&status=queued`)).data.items).toMatchObject([
      { id: second.data.id },
    ]);
    await server.expect(202, 'POST', `/executions/${second.data.id}/cancel`);
    await server.until(second.data.id, 'cancelled');
    await server.expect(202, 'POST', `/executions/${first.data.id}/cancel`);
    await server.until(first.data.id, 'cancelled');
  });
});

describe('retry', () => {
  it('runs an ended execution again as a new one, whole or from a node', async () => {
    const first = await run(
      workflow(
        {
          a: transform({ at: '{{ Math.random() }}' }),
          b: transform({ at: '{{ $node.a.data.at }}', own: '{{ Math.random() }}' }),
        },
        [['a', 'b']],
      ),
    );
    const again = await server.expect(202, 'POST', `/executions/${first.data.id}/retry`);
    expect(again.headers.get('location')).toBe(`/api/v1/executions/${again.data.id}`);
    const whole = await server.until(again.data.id, 'succeeded');
    expect(whole.trigger).toMatchObject({ kind: 'retry', parent_execution_id: first.data.id });
    expect(whole.output.at).not.toBe(first.data.output.at);
    const from = await server.expect(202, 'POST', `/executions/${first.data.id}/retry`, { body: { from_node: 'b' } });
    const partly = await server.until(from.data.id, 'succeeded');
    expect(partly.output.at).toBe(first.data.output.at);
    expect(partly.output.own).not.toBe(first.data.output.own);
    await server.refused(404, 'step_not_found', 'POST', `/executions/${first.data.id}/retry`, {
      body: { from_node: 'nobody' },
    });
  });

  it('is refused while the execution is open', async () => {
    const { data } = await run(waiting(), '?mode=async');
    await server.refused(409, 'execution_open', 'POST', `/executions/${data.id}/retry`);
    await server.expect(202, 'POST', `/executions/${data.id}/cancel`);
  });
});
