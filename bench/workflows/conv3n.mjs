// The compared shapes as CONV3N workflow files. Shapes named pure-* and durable-* run through the execute operation, the others by webhook.
import { payloadSizes } from '../shapes.mjs';

const transform = (set) => ({ type: 'std/transform', config: { set } });
const hook = (path) => ({ type: 'std/webhook', config: { path, method: 'POST', respond: 'last' } });
const chain = (...ids) => ids.slice(1).map((target, index) => ({ source: ids[index], target }));

/** Where a shape's webhook listens, below /api/v1/webhooks/. */
export const webhookPath = (shape) => `bench/${shape.replaceAll(' ', '-')}`;

function workflow(name, nodes, edges = chain(...Object.keys(nodes))) {
  return { schema: 'conv3n.workflow/v1', name, nodes, edges };
}

/** `count` nodes in a row that each add one; the first reads the execution's input. */
function steps(name, count, node) {
  const ids = Array.from({ length: count }, (_, index) => `step${index + 1}`);
  const before = (index) => (index === 0 ? '$trigger.n' : `$node.${ids[index - 1]}.data.n`);
  return workflow(name, Object.fromEntries(ids.map((id, index) => [id, node(id, `{{ ${before(index)} + 1 }}`)])));
}

/** Recomputed after a crash, so the steps of one execution may share a commit. */
const pureStep = (_, n) => transform({ n });
/** A transactional step: each is on disk before the next begins, as a `ctx.run` of Restate is. */
const durableStep = (id, n) => ({ type: 'std/set_var', config: { name: id, value: { n } } });

const makeItems = (count) =>
  transform({ items: `{{ Array.from({ length: ${count} }, (_, i) => ({ id: i, v: i * 2 })) }}` });
const mapItem = { id: '{{ $item.id }}', v: '{{ $item.v + 1 }}' };
const loop = (items, body) => ({
  type: 'std/loop',
  config: { items: `{{ ${items} }}`, body: { nodes: body, edges: [] } },
});

const fields = ['fullName', 'mail', 'total'];
const copyFields = transform(Object.fromEntries(fields.map((field) => [field, `{{ $node.fields.data.${field} }}`])));
const intake = workflow(
  'intake',
  {
    hook: hook(webhookPath('intake')),
    fields: transform({
      fullName: '{{ $trigger.body.name }}',
      mail: '{{ $trigger.body.email }}',
      total: '{{ $trigger.body.amount * 1.2 }}',
    }),
    big: { type: 'std/condition', config: { if: '{{ $node.fields.data.total > 100 }}' } },
    gold: copyFields,
    basic: copyFields,
  },
  [
    ...chain('hook', 'fields', 'big'),
    { source: 'big', sourceHandle: 'true', target: 'gold' },
    { source: 'big', sourceHandle: 'false', target: 'basic' },
  ],
);

const sumCode = `export default (input) => {
  let sum = 0;
  for (const n of input.default.body.numbers) sum += n;
  return { sum };
};`;

/** Workflow files by shape. */
export const workflows = {
  ...Object.fromEntries(
    [1, 3, 10].flatMap((count) => [
      [`pure-${count}`, steps(`pure-${count}`, count, pureStep)],
      [`durable-${count}`, steps(`durable-${count}`, count, durableStep)],
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(payloadSizes).map((label) => {
      const shape = `payload ${label}`;
      return [
        shape,
        workflow(shape, { hook: hook(webhookPath(shape)), copy: transform({ text: '{{ $trigger.body.text }}' }) }),
      ];
    }),
  ),
  intake,
  sum: workflow('sum', { hook: hook(webhookPath('sum')), code: { type: 'custom/code', config: { code: sumCode } } }),
  'sum-base': workflow('sum-base', {
    hook: hook(webhookPath('sum-base')),
    set: transform({ sum: '{{ $trigger.body.numbers.length }}' }),
  }),
  items: workflow('items', {
    hook: hook(webhookPath('items')),
    make: makeItems(1000),
    each: loop('$node.make.data.items', { edit: transform(mapItem) }),
    respond: transform({
      n: '{{ $node.each.data.length }}',
      last: '{{ $node.each.data[$node.each.data.length - 1].v }}',
    }),
  }),
  loop: workflow('loop', {
    hook: hook(webhookPath('loop')),
    make: makeItems(1000),
    each: loop('$node.make.data.items', { turn: durableStep('turn', '{{ $item.v + 1 }}') }),
    respond: transform({ n: '{{ $node.each.data.length }}' }),
  }),
  map: workflow('map', {
    make: transform({ items: '{{ Array.from({ length: 100000 }, (_, i) => i) }}' }),
    each: loop('$node.make.data.items', { edit: transform({ id: '{{ $item }}', v: '{{ $item * 2 + 1 }}' }) }),
    count: transform({ n: '{{ $node.each.data.length }}' }),
  }),
  external: workflow('external', {
    turns: transform({ list: '{{ Array.from({ length: $trigger.count }, (_, i) => i) }}' }),
    each: loop('$node.turns.data.list', {
      post: {
        type: 'std/http_request',
        config: { url: '{{ $trigger.url }}', method: 'POST', body: { turn: '{{ $item }}' } },
      },
    }),
    count: transform({ n: '{{ $node.each.data.length }}' }),
  }),
};
