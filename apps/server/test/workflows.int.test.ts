import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { doubling, orderIntake, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const unknown = '01890000-0000-7000-8000-000000000000';

describe('creating', () => {
  it('answers 201 with id, version 1, the file and a Location', async () => {
    const file = orderIntake('created');
    const answer = await server.expect(201, 'POST', '/workflows', { body: file });
    expect(answer.data).toMatchObject({ version: 1, published_version: null });
    expect(answer.data.workflow).toMatchObject(file);
    expect(answer.headers.get('location')).toBe(`/api/v1/workflows/${answer.data.id}`);
    const read = await server.expect(200, 'GET', `/workflows/${answer.data.id}`);
    expect(read.data).toEqual(answer.data);
  });

  it('publishes at once with ?publish=true', async () => {
    const { data } = await server.expect(201, 'POST', '/workflows?publish=true', { body: doubling() });
    expect(data).toMatchObject({ version: 1, published_version: 1 });
  });

  it('takes the id of the file and refuses it a second time', async () => {
    const file = doubling({ id: 'chosen-id' });
    const { data } = await server.expect(201, 'POST', '/workflows', { body: file });
    expect(data.id).toBe('chosen-id');
    await server.refused(409, 'workflow_exists', 'POST', '/workflows', { body: file });
  });

  it.each(['a/b', '..', 'a b', 'x'.repeat(65), 'a.b', '%2e', 'workflow-ü'])(
    'refuses the id %j, which no path could name',
    async (id) => {
      const answer = await server.refused(400, 'workflow_invalid', 'POST', '/workflows', { body: doubling({ id }) });
      expect(answer.error.violations).toMatchObject([{ path: 'id' }]);
    },
  );

  it.each([
    ['a field of the file', { ...doubling(), naem: 'x' }, 'naem', 'name'],
    ['a field of a node', workflow({ a: { type: 'std/transform', confg: {} } }), 'nodes.a.confg', 'config'],
    [
      'a setting of a block',
      workflow({ a: { type: 'std/delay', config: { duratoin: '1s' } } }),
      'nodes.a.config.duratoin',
      'duration',
    ],
    ['a block', workflow({ a: { type: 'std/transfrom', config: {} } }), 'nodes.a.type', 'std/transform'],
    [
      'a field of an edge',
      { ...doubling(), edges: [{ source: 'double', target: 'double', sorceHandle: 'x' }] },
      'edges.0.sorceHandle',
      'sourceHandle',
    ],
  ])(
    'refuses a misspelt name of %s with its path and a suggestion, and stores nothing',
    async (_name, body, path, meant) => {
      const before = (await server.expect(200, 'GET', '/workflows?limit=200')).data.items.length;
      const { error } = await server.refused(400, 'workflow_invalid', 'POST', '/workflows?publish=true', { body });
      const violation = error.violations?.find((item) => item.path === path);
      expect(violation?.message).toContain(`"${meant}"`);
      expect((await server.expect(200, 'GET', '/workflows?limit=200')).data.items).toHaveLength(before);
      const checked = await server.expect(200, 'POST', '/workflows/validate', { body });
      expect(checked.data.valid).toBe(false);
      expect(checked.data.problems).toContainEqual(expect.objectContaining({ path, suggestion: meant }));
    },
  );

  it.each([
    ['a list', []],
    ['a text', 'x'],
    ['null', null],
    ['a number', 7],
  ])('refuses %s as a file', async (_name, body) => {
    await server.refused(400, 'validation_failed', 'POST', '/workflows', { body });
  });

  it('validates a good file without storing it', async () => {
    const { data } = await server.expect(200, 'POST', '/workflows/validate', {
      body: doubling({ name: 'Only checked' }),
    });
    expect(data).toEqual({ valid: true, problems: [] });
    expect((await server.expect(200, 'GET', '/workflows?query=only+checked')).data.items).toEqual([]);
  });
});

describe('listing', () => {
  it('pages through all, newest change first, and finds by name and tag', async () => {
    const marked = [];
    for (const name of ['List one', 'List two', 'List three'])
      marked.push(await server.createWorkflow(doubling({ name, tags: ['listed'] })));
    const seen: string[] = [];
    let cursor = '';
    do {
      const { data } = await server.expect(
        200,
        'GET',
        `/workflows?limit=2&query=LISTED${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      expect(data.items.length).toBeLessThanOrEqual(2);
      seen.push(...data.items.map((item: { id: string }) => item.id));
      cursor = data.next_cursor ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(marked.toReversed());
    const { data } = await server.expect(200, 'GET', '/workflows?query=list+two');
    expect(data.items).toMatchObject([
      { id: marked[1], name: 'List two', tags: ['listed'], triggers: [], published_version: null },
    ]);
  });

  it('shows trigger types and the last execution', async () => {
    const id = await server.createWorkflow(orderIntake('list-last', { name: 'With last execution' }), true);
    const run = await server.expect(200, 'POST', `/workflows/${id}/execute`, {
      body: { input: { body: { price: 1, qty: 2 } } },
    });
    const { data } = await server.expect(200, 'GET', '/workflows?query=with+last');
    expect(data.items).toMatchObject([
      { triggers: ['std/webhook'], last_execution: { id: run.data.id, status: 'succeeded' } },
    ]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'nope=1'])('refuses %s', async (query) => {
    await server.refused(400, 'validation_failed', 'GET', `/workflows?${query}`);
  });
});

describe('changing', () => {
  it.each(['1', '"1"', 'W/"1"', ' 1 '])('takes If-Match: %j', async (match) => {
    const id = await server.createWorkflow(doubling());
    const { data } = await server.expect(200, 'PUT', `/workflows/${id}`, {
      body: doubling({ name: 'Second' }),
      headers: { 'if-match': match },
    });
    expect(data).toMatchObject({ id, version: 2, workflow: { name: 'Second' } });
  });

  it('answers 409 with the present version when another was saved in between, and for one to come', async () => {
    const id = await server.createWorkflow(doubling());
    await server.expect(200, 'PUT', `/workflows/${id}`, { body: doubling(), headers: { 'if-match': '1' } });
    for (const match of ['1', '3', '"7"']) {
      const { error } = await server.refused(409, 'workflow_version_conflict', 'PUT', `/workflows/${id}`, {
        body: doubling(),
        headers: { 'if-match': match },
      });
      expect(error.details).toMatchObject({ current_version: 2 });
    }
  });

  it('lets exactly one of several writers on the same version win', async () => {
    const id = await server.createWorkflow(doubling());
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        server.call('PUT', `/workflows/${id}`, { body: doubling({ name: `w${n}` }), headers: { 'if-match': '1' } }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect((await server.expect(200, 'GET', `/workflows/${id}`)).data.version).toBe(2);
  });

  it('says what is wrong with If-Match', async () => {
    const id = await server.createWorkflow(doubling());
    await server.refused(400, 'validation_failed', 'PUT', `/workflows/${id}`, { body: doubling() });
    for (const match of ['*', 'x', '0', '', '"1", "2"']) {
      const { error } = await server.refused(400, 'validation_failed', 'PUT', `/workflows/${id}`, {
        body: doubling(),
        headers: { 'if-match': match },
      });
      expect(error.violations).toMatchObject([{ path: 'if_match' }]);
    }
  });

  it('refuses a file under another id than that of the path', async () => {
    const id = await server.createWorkflow(doubling());
    const { error } = await server.refused(400, 'workflow_invalid', 'PUT', `/workflows/${id}`, {
      body: doubling({ id: 'other' }),
      headers: { 'if-match': '1' },
    });
    expect(error.violations).toMatchObject([{ path: 'id' }]);
    await server.expect(200, 'PUT', `/workflows/${id}`, { body: doubling({ id }), headers: { 'if-match': '1' } });
  });

  it('stores nothing of a file with problems', async () => {
    const id = await server.createWorkflow(doubling());
    await server.refused(400, 'workflow_invalid', 'PUT', `/workflows/${id}`, {
      body: workflow({ a: { type: 'nope' } }),
      headers: { 'if-match': '1' },
    });
    expect((await server.expect(200, 'GET', `/workflows/${id}`)).data.version).toBe(1);
  });

  it('leaves what is published as it is, unless asked to publish', async () => {
    const id = await server.createWorkflow(doubling(), true);
    const second = await server.expect(200, 'PUT', `/workflows/${id}`, {
      body: doubling({ name: 'Second' }),
      headers: { 'if-match': '1' },
    });
    expect(second.data).toMatchObject({ version: 2, published_version: 1 });
    const third = await server.expect(200, 'PUT', `/workflows/${id}?publish=true`, {
      body: doubling({ name: 'Third' }),
      headers: { 'if-match': '2' },
    });
    expect(third.data).toMatchObject({ version: 3, published_version: 3 });
  });
});

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

describe('blocks and expressions', () => {
  it('lists every block with its manifest', async () => {
    const { data } = await server.expect(200, 'GET', '/blocks');
    const types = data.items.map((item: { type: string }) => item.type);
    for (const type of [
      'std/webhook',
      'std/cron',
      'std/interval',
      'std/transform',
      'std/condition',
      'std/loop',
      'std/delay',
      'std/http_request',
      'std/database',
      'std/file',
      'std/set_var',
      'std/get_var',
      'custom/code',
    ])
      expect(types).toContain(type);
  });

  it('evaluates on given and on recorded data', async () => {
    const evaluate = (body: object) => server.call('POST', '/expressions/evaluate', { body });
    expect((await evaluate({ expression: '$input.a * 2', roots: { $input: { a: 21 } } })).data).toEqual({ value: 42 });
    expect((await evaluate({ expression: '{{ 1 + 1 }} and {{ "x" }}' })).data).toEqual({ value: '2 and x' });
    const run = await server.expect(200, 'POST', '/run', { body: { workflow: doubling(), input: { n: 4 } } });
    const recorded = { execution_id: run.data.id, node: 'double' };
    expect((await evaluate({ expression: '$node.double.data.doubled + $trigger.n', ...recorded })).data).toEqual({
      value: 12,
    });
    expect((await evaluate({ expression: '{a: "}}"}.a' })).data).toEqual({ value: '}}' });
  });

  it.each([
    ['$trigger.', 'expression_syntax'],
    ['nope', 'expression_unknown_name'],
    ['$input.a.b', 'expression_null_access'],
    ['"x".constructor', 'expression_forbidden'],
    ['[1].map(x => x.repeat(2))', 'expression_type'],
    ['"x".repeat(1e9)', 'expression_limit'],
    ['Array.from({length: 1e9}, (_, i) => i)', 'expression_limit'],
    [
      'Array.from({length: 3000}).map((_, i) => Array.from({length: 3000}).map((_, j) => i * j)).length',
      'expression_limit',
    ],
  ])('answers %s with %s', async (expression, code) => {
    const answer = await server.call('POST', '/expressions/evaluate', { body: { expression, roots: { $input: {} } } });
    expect([answer.code, answer.status >= 400 && answer.status < 500]).toEqual([code, true]);
  });

  it('never evaluates a secret', async () => {
    await server.expect(200, 'POST', '/secrets', { body: { name: 'seen', value: 'a-very-secret-value' } });
    const answer = await server.call('POST', '/expressions/evaluate', { body: { expression: '$secrets.seen' } });
    expect(answer.text).not.toContain('a-very-secret-value');
  });
});
