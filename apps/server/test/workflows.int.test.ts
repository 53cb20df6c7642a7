import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { doubling, orderIntake, workflow } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

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
