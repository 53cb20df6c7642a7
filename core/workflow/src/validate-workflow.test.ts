import type { JsonObject, JsonValue, SchemaCompiler } from '@conv3n/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockManifest } from './block.ts';
import { controlBlocks } from './control-blocks.ts';
import { validateWorkflow, workflowLimits } from './validate-workflow.ts';

const block = (type: string, rest: Partial<BlockManifest> = {}): BlockManifest => ({
  type,
  title: type,
  description: type,
  category: 'data',
  config: { type: 'object' },
  ports: { fixed: ['default'] },
  effect: { otherwise: 'pure' },
  ...rest,
});

const manifests = [
  ...controlBlocks,
  block('std/webhook', { control: 'trigger', category: 'trigger' }),
  block('std/transform'),
  block('std/condition', {
    ports: { fixed: ['true', 'false'], fromConfig: '/cases/-/port', also: ['else'] },
    config: {
      type: 'object',
      additionalProperties: false,
      properties: {
        if: { 'x-conv3n': { mode: 'expression' } },
        cases: {
          type: 'array',
          items: { type: 'object', properties: { when: { 'x-conv3n': { mode: 'expression' } } } },
        },
      },
    },
  }),
  block('std/http_request', {
    ports: { fixed: ['default', 'error'] },
    effect: { cases: [{ all: [{ path: '/method', in: [null, 'GET'] }], effect: 'idempotent' }], otherwise: 'external' },
    config: {
      type: 'object',
      required: ['url'],
      properties: { url: { type: 'string' }, auth: { 'x-conv3n': { secret: true } }, retries: { type: 'integer' } },
    },
  }),
];

const order: JsonObject = {
  schema: 'conv3n.workflow/v1',
  name: 'Order intake',
  nodes: {
    hook: { type: 'std/webhook', config: { path: 'orders', method: 'POST', respond: 'last' } },
    total: { type: 'std/transform', config: { set: { total: '{{ $trigger.body.price * $trigger.body.qty }}' } } },
    big: { type: 'std/condition', config: { if: '{{ $node.total.data.total > 100 }}' } },
    yes: { type: 'std/transform', config: { set: { tier: 'gold', total: '{{ $node.total.data.total }}' } } },
    no: { type: 'std/transform', config: { set: { tier: 'basic', total: '{{ $node.total.data.total }}' } } },
  },
  edges: [
    { source: 'hook', target: 'total' },
    { source: 'total', target: 'big' },
    { source: 'big', sourceHandle: 'true', target: 'yes' },
    { source: 'big', sourceHandle: 'false', target: 'no' },
  ],
};

/** A file of the given nodes and edges. */
function file(nodes: JsonObject, edges: readonly JsonObject[] = [], rest: JsonObject = {}): JsonObject {
  return { schema: 'conv3n.workflow/v1', name: 'x', nodes, edges, ...rest };
}

const t = (set: unknown = 1) => ({ type: 'std/transform', config: { set } }) as unknown as JsonObject;
const e = (source: string, target: string, rest: JsonObject = {}) => ({ source, target, ...rest });
const loop = (nodes: JsonObject, edges: readonly JsonObject[] = [], items: unknown = '$trigger') =>
  ({ type: 'std/loop', config: { items, body: { nodes, edges } } }) as unknown as JsonObject;

function problems(value: unknown, compileSchema?: SchemaCompiler) {
  const result = validateWorkflow(value, { manifests, ...(compileSchema && { compileSchema }) });
  return result.valid ? [] : result.problems;
}

describe('a valid file', () => {
  it('is compiled: the example of the contract', () => {
    const result = validateWorkflow(order, { manifests });
    expect(result).toMatchObject({ valid: true, plan: { name: 'Order intake' } });
    if (!result.valid) return;
    expect(result.plan.graph.starts).toEqual([0]);
    expect(result.plan.graph.sinks).toEqual([3, 4]);
    expect(result.plan.nodes.get('big')?.out.map((edge) => edge.port)).toEqual(['true', 'false']);
  });

  it('may use every key there is', () => {
    const node = {
      ...t(),
      label: 'A',
      position: { x: 1, y: -2.5 },
      retry: { maxAttempts: 3, delay: '200ms', backoff: 'fixed', maxDelay: '1.5s', jitter: false, on: ['x'] },
      timeout: '5m',
      onError: { fallback: { any: ['thing'] } },
      join: 'first',
      runOn: { agent: 'home' },
    };
    const rest = { id: 'w1', description: 'd', tags: ['a'], input: { type: 'object' }, timeout: '2h', concurrency: 3 };
    const edge = { id: 'e1', source: 'a', sourceHandle: 'default', target: 'b', targetHandle: 'left' };
    expect(problems(file({ a: node, b: t() }, [edge], rest))).toEqual([]);
  });

  it('has the effect its config says', () => {
    const http = (config: JsonObject) => ({ type: 'std/http_request', config: { url: 'u', ...config } });
    const nodes = {
      a: http({}),
      b: http({ method: 'POST' }),
      c: http({ method: '{{ $trigger.m }}' }),
      d: { ...http({ method: 'POST' }), effect: 'idempotent' },
    };
    const result = validateWorkflow(file(nodes), { manifests });
    if (!result.valid) throw new Error(JSON.stringify(result.problems));
    expect(result.plan.graph.nodes.map((node) => node.effect)).toEqual([
      'idempotent',
      'external',
      'external',
      'idempotent',
    ]);
  });
});

const cases: readonly (readonly [title: string, value: unknown, path: string, code: string, suggestion?: string])[] = [
  ['no object', 'text', '', 'wrong_type'],
  ['nothing', null, '', 'wrong_type'],
  ['another schema', { ...order, schema: 'v2' }, 'schema', 'value_not_allowed'],
  ['no name', { ...order, name: undefined }, 'name', 'missing_key'],
  ['an unknown key of the file', { ...order, nodez: {} }, 'nodez', 'unknown_key', 'nodes'],
  ['an unknown key of a node', file({ a: { ...t(), confg: {} } }), 'nodes.a.confg', 'unknown_key', 'config'],
  [
    'an unknown key of an edge',
    file({ a: t(), b: t() }, [e('a', 'b', { source_handle: 'x' })]),
    'edges.0.source_handle',
    'unknown_key',
    'sourceHandle',
  ],
  ['no nodes', file({}), 'nodes', 'value_not_allowed'],
  ['a bad node id', file({ '1a': t() }), 'nodes.1a', 'invalid_node_id'],
  ['a node id too long', file({ ['a'.repeat(65)]: t() }), `nodes.${'a'.repeat(65)}`, 'invalid_node_id'],
  [
    'a node id that is the prototype',
    JSON.parse('{"schema":"conv3n.workflow/v1","name":"x","nodes":{"__proto__":{"type":"std/transform"}},"edges":[]}'),
    'nodes.__proto__',
    'invalid_node_id',
  ],
  [
    'a port that is the prototype',
    file({ a: t(), b: t() }, [e('a', 'b', { targetHandle: '__proto__' })]),
    'edges.0.targetHandle',
    'value_not_allowed',
  ],
  ['a node without type', file({ a: {} }), 'nodes.a.type', 'missing_key'],
  [
    'an id used inside a loop again',
    file({ a: t(), l: loop({ a: t() }) }),
    'nodes.l.config.body.nodes.a',
    'duplicate_node',
  ],
  ['an edge to nowhere', file({ total: t() }, [e('total', 'totl')]), 'edges.0.target', 'dangling_edge', 'total'],
  [
    'an edge out of a loop body',
    file({ a: t(), l: loop({ b: t() }) }, [e('b', 'a')]),
    'edges.0.source',
    'dangling_edge',
  ],
  ['an edge to a prototype name', file({ a: t() }, [e('a', 'constructor')]), 'edges.0.target', 'dangling_edge'],
  [
    'the same edge twice',
    file({ a: t(), b: t() }, [e('a', 'b'), e('a', 'b', { sourceHandle: 'default' })]),
    'edges.1',
    'duplicate_edge',
  ],
  ['an unknown block', file({ a: { type: 'std/tranform' } }), 'nodes.a.type', 'unknown_block', 'std/transform'],
  [
    'an unknown port',
    file({ a: { type: 'std/condition', config: { if: 'true' } }, b: t() }, [e('a', 'b', { sourceHandle: 'ture' })]),
    'edges.0.sourceHandle',
    'unknown_port',
    'true',
  ],
  [
    'port error without onError',
    file({ a: t(), b: t() }, [e('a', 'b', { sourceHandle: 'error' })]),
    'edges.0.sourceHandle',
    'unknown_port',
  ],
  ['a circle', file({ a: t(), b: t(), c: t() }, [e('a', 'b'), e('b', 'c'), e('c', 'b')]), 'edges', 'cycle'],
  ['a circle of one', file({ a: t() }, [e('a', 'a')]), 'edges', 'cycle'],
  [
    'a circle in a loop body',
    file({ l: loop({ a: t(), b: t() }, [e('a', 'b'), e('b', 'a')]) }),
    'nodes.l.config.body.edges',
    'cycle',
  ],
  ['a bad duration', file({ a: { ...t(), timeout: '30' } }), 'nodes.a.timeout', 'invalid_duration'],
  ['a bad workflow timeout', { ...order, timeout: '1 h' }, 'timeout', 'invalid_duration'],
  ['a bad retry', file({ a: { ...t(), retry: { maxAttempts: 0 } } }), 'nodes.a.retry.maxAttempts', 'value_not_allowed'],
  [
    'a retry with a typo',
    file({ a: { ...t(), retry: { maxAttempts: 2, backof: 'fixed' } } }),
    'nodes.a.retry.backof',
    'unknown_key',
    'backoff',
  ],
  ['a bad onError', file({ a: { ...t(), onError: 'stopp' } }), 'nodes.a.onError', 'value_not_allowed', 'stop'],
  ['a bad fallback', file({ a: { ...t(), onError: { fallbak: 1 } } }), 'nodes.a.onError.fallback', 'missing_key'],
  ['a bad join', file({ a: { ...t(), join: 'one' } }), 'nodes.a.join', 'value_not_allowed'],
  [
    'a trigger with an edge into it',
    file({ a: t(), h: { type: 'std/webhook' } }, [e('a', 'h')]),
    'edges.0.target',
    'trigger_has_input',
  ],
  [
    'a trigger in a loop',
    file({ l: loop({ h: { type: 'std/webhook' } }) }),
    'nodes.l.config.body.nodes.h',
    'trigger_in_loop',
  ],
  [
    'an effect where there is none',
    file({ a: { ...t(), effect: 'idempotent' } }),
    'nodes.a.effect',
    'effect_not_allowed',
  ],
  ['an effect that cannot be declared', file({ a: { ...t(), effect: 'pure' } }), 'nodes.a.effect', 'value_not_allowed'],
  [
    'an expression that does not parse',
    file({ a: t({ total: '{{ 1 + }}' }) }),
    'nodes.a.config.set.total',
    'invalid_expression',
  ],
  ['an unknown root', file({ a: t('{{ $nod.a }}') }), 'nodes.a.config.set', 'invalid_expression'],
  [
    'an unknown node',
    file({ total: t(), b: t('{{ $node.totl.data }}') }, [e('total', 'b')]),
    'nodes.b.config.set',
    'unknown_node',
    'total',
  ],
  [
    'a node that is not upstream',
    file({ a: t('{{ $node.b.data }}'), b: t() }, [e('a', 'b')]),
    'nodes.a.config.set',
    'node_not_upstream',
  ],
  ['a node beside this one', file({ a: t(), b: t('{{ $node.a.data }}') }), 'nodes.b.config.set', 'node_not_upstream'],
  ['a node that reads itself', file({ a: t('{{ $node.a.data }}') }), 'nodes.a.config.set', 'node_not_upstream'],
  [
    'a node inside a loop read from outside',
    file({ l: loop({ a: t() }), b: t('{{ $node.a.data }}') }, [e('l', 'b')]),
    'nodes.b.config.set',
    'node_not_upstream',
  ],
  [
    'a loop read from its own body',
    file({ l: loop({ a: t('{{ $node.l.data }}') }) }),
    'nodes.l.config.body.nodes.a.config.set',
    'node_not_upstream',
  ],
  ['an item outside a loop', file({ a: t('{{ $item }}') }), 'nodes.a.config.set', 'item_outside_loop'],
  ['a secret where none may stand', file({ a: t('{{ $secrets.key }}') }), 'nodes.a.config.set', 'secret_not_allowed'],
  [
    'an unknown setting',
    file({ a: { type: 'std/condition', config: { iff: 'true' } } }),
    'nodes.a.config.iff',
    'unknown_key',
    'if',
  ],
  [
    'a loop body with a typo',
    file({ l: { type: 'std/loop', config: { items: '[]', body: { nodes: { a: t() }, edge: [] } } } }),
    'nodes.l.config.body.edges',
    'missing_key',
  ],
];

describe('an invalid file', () => {
  it.each(cases.map(([title, value, path, code, suggestion]) => ({ title, value, path, code, suggestion })))(
    'with $title is refused with its place',
    ({ value, path, code, suggestion }) => {
      const found = problems(value);
      expect(found).toContainEqual(
        expect.objectContaining({ path, code, ...(suggestion !== undefined && { suggestion }) }),
      );
      for (const problem of found) expect(problem.message.length).toBeGreaterThan(10);
    },
  );

  it('names the circle and the position of an expression', () => {
    const circle = problems(file({ a: t(), b: t(), c: t() }, [e('a', 'b'), e('b', 'c'), e('c', 'b')]));
    expect(circle[0]?.message).toContain('b -> c -> b');
    const text = 'Total {{ $node.b.data }}';
    expect(problems(file({ a: t(text), b: t() }))[0]?.position).toEqual({
      offset: text.indexOf('$node'),
      length: '$node.b.data'.length,
    });
  });

  it('accepts references to outer nodes upstream of the loop, to own iteration nodes, and secrets where they belong', () => {
    const body = { x: t('{{ $item + $index }}'), y: t('{{ $node.x.data + $node.a.data }}') };
    expect(problems(file({ a: t(), l: loop(body, [e('x', 'y')], '{{ $node.a.data }}') }, [e('a', 'l')]))).toEqual([]);
    const http = { type: 'std/http_request', config: { url: 'u', auth: { token: '{{ $secrets.key }}' } } };
    expect(problems(file({ h: http }))).toEqual([]);
    expect(
      problems(file({ a: { ...t(), onError: 'port' }, b: t() }, [e('a', 'b', { sourceHandle: 'error' })])),
    ).toEqual([]);
  });

  it('is checked by the schemas of its blocks, except where an expression gives the value', () => {
    const compile: SchemaCompiler = (schema) => (value) => {
      const found = [];
      const config = value as JsonObject;
      for (const key of schema.required ?? [])
        if (!(key in config)) found.push({ path: key, code: 'required', message: `"${key}" is required.` });
      if (schema.properties?.retries && typeof config.retries !== 'number' && config.retries !== undefined)
        found.push({ path: 'retries', code: 'wrong_type', message: 'Must be a whole number.' });
      return found;
    };
    const http = (config: JsonObject) => file({ h: { type: 'std/http_request', config } });
    expect(problems(http({ retries: 'x' }), compile)).toEqual([
      { path: 'nodes.h.config.url', code: 'invalid_config', message: '"url" is required.' },
      { path: 'nodes.h.config.retries', code: 'invalid_config', message: 'Must be a whole number.' },
    ]);
    expect(problems(http({ url: '{{ $trigger.u }}', retries: '{{ $trigger.n }}' }), compile)).toEqual([]);
  });

  it('is refused when it is too large, too deep or has too many parts', () => {
    expect(problems(file({ a: t('x'.repeat(workflowLimits.fileLength)) }))[0]?.code).toBe('file_too_large');
    let deep: unknown = 1;
    for (let level = 0; level < 200; level += 1) deep = [deep];
    expect(problems(file({ a: t(deep) }))[0]?.code).toBe('nested_too_deep');
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`n${index}`, t()]));
    expect(problems(file(many))[0]?.code).toBe('too_many_nodes');
    const edges = Array.from({ length: 5001 }, (_, index) => e('a', 'b', { targetHandle: `p${index}` }));
    expect(problems(file({ a: t(), b: t() }, edges))[0]?.code).toBe('too_many_edges');
    let nested: JsonObject = t();
    for (let level = 0; level < 10; level += 1) nested = loop({ [`l${level}`]: nested });
    expect(problems(file({ top: nested })).map((problem) => problem.code)).toContain('nested_too_deep');
  });

  it('never makes the check throw: random values in every place of the example', () => {
    const paths = [
      ['nodes'],
      ['edges'],
      ['nodes', 'total'],
      ['nodes', 'total', 'config'],
      ['nodes', 'big', 'config', 'if'],
      ['edges', '0'],
      ['timeout'],
      ['name'],
    ];
    const anyJson = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
      fc.constant({ type: 'std/loop', config: { body: { nodes: { x: 1 }, edges: {} } } }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), anyJson, (path, value) => {
        const copy = structuredClone(order) as Record<string, unknown>;
        let place = copy;
        for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
        place[path[path.length - 1] as string] = value;
        const result = validateWorkflow(copy, { manifests });
        if (!result.valid) for (const problem of result.problems) expect(problem.message).toBeTypeOf('string');
      }),
      { numRuns: 400 },
    );
  });

  it('never makes the check throw, whatever it is', () => {
    for (const value of [
      undefined,
      1,
      [],
      { nodes: [] },
      { ...order, edges: {} },
      { ...order, nodes: { a: null } },
      file({ l: { type: 'std/loop', config: { items: 1, body: null } } }),
    ]) {
      expect(validateWorkflow(value, { manifests }).valid).toBe(false);
    }
  });
});
