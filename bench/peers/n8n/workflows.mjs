// The compared shapes as n8n workflows: a webhook whose path is the shape's name, nodes in a chain, a respond node.
import { payloadSizes } from '../../shapes.mjs';

const node = (name, type, typeVersion, parameters) => ({
  id: name,
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  position: [0, 0],
  parameters,
});
const set = (name, ...fields) =>
  node(name, 'set', 3.4, {
    assignments: {
      assignments: fields.map(([field, value, type]) => ({ id: `${name} ${field}`, name: field, value, type })),
    },
    options: {},
  });
const code = (name, jsCode) => node(name, 'code', 2, { jsCode });
const splitOut = node('Split', 'splitOut', 1, { fieldToSplitOut: 'items', options: {} });
const aggregate = node('Aggregate', 'aggregate', 1, { aggregate: 'aggregateAllItemData', options: {} });
const respond = (name, expression) =>
  node(name, 'respondToWebhook', 1.1, {
    ...(expression
      ? { respondWith: 'json', responseBody: `={{ ${expression} }}` }
      : { respondWith: 'firstIncomingItem' }),
    options: {},
  });

const wire = (from, to, output = 0) => ({ from, to, output });
const chain = (...nodes) => nodes.slice(1).map((to, index) => wire(nodes[index], to));

/** Ids as n8n takes them: letters, digits and dashes. */
export const workflowId = (shape) => shape.replaceAll(' ', '-');

function workflow(shape, build) {
  const id = workflowId(shape);
  const hook = {
    ...node('Webhook', 'webhook', 2, { httpMethod: 'POST', path: id, responseMode: 'responseNode', options: {} }),
    webhookId: id,
  };
  const wires = build(hook);
  const connections = {};
  for (const { from, to, output } of wires) {
    connections[from.name] ??= { main: [] };
    const outputs = connections[from.name].main;
    while (outputs.length <= output) outputs.push([]);
    outputs[output].push({ node: to.name, type: 'main', index: 0 });
  }
  const nodes = [...new Set(wires.flatMap(({ from, to }) => [from, to]))];
  return {
    id,
    name: id,
    active: false,
    nodes,
    connections,
    settings: { executionOrder: 'v1' },
    pinData: {},
    meta: null,
    tags: [],
  };
}

const makeItems = (count) => `={{ Array.from({ length: ${count} }, (_, i) => ({ id: i, v: i * 2 })) }}`;
const edit = set('Edit', ['id', '={{ $json.id }}', 'number'], ['v', '={{ $json.v + 1 }}', 'number']);

function stepsOf(count) {
  return (hook) => {
    const sets = Array.from({ length: count }, (_, index) =>
      set(`Set ${index + 1}`, ['n', `={{ $json.${index === 0 ? 'body.' : ''}n + 1 }}`, 'number']),
    );
    return chain(hook, ...sets, respond('Respond'));
  };
}

function intake(hook) {
  const fields = set(
    'Fields',
    ['fullName', '={{ $json.body.name }}', 'string'],
    ['mail', '={{ $json.body.email }}', 'string'],
    ['total', '={{ $json.body.amount * 1.2 }}', 'number'],
  );
  const condition = { leftValue: '={{ $json.total }}', rightValue: 100, operator: { type: 'number', operation: 'gt' } };
  const big = node('If', 'if', 2.2, {
    conditions: {
      options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
      conditions: [{ id: 'big', ...condition }],
      combinator: 'and',
    },
    options: {},
  });
  return [...chain(hook, fields, big, respond('Respond big')), wire(big, respond('Respond small'), 1)];
}

const sumCode =
  'let sum = 0;\nfor (const n of $input.first().json.body.numbers) sum += n;\nreturn [{ json: { sum } }];';
const manyItems = 'return Array.from({ length: 100000 }, (_, i) => ({ json: { id: i, v: i * 2 } }));';
const countAll = 'return [{ json: { n: $input.all().length } }];';

/** Every shape n8n can express, as import files by shape. */
export const workflows = Object.fromEntries(
  Object.entries({
    ...Object.fromEntries([1, 3, 10].map((count) => [`pure-${count}`, stepsOf(count)])),
    ...Object.fromEntries(
      Object.keys(payloadSizes).map((label) => [
        `payload ${label}`,
        (hook) => chain(hook, set('Copy', ['text', '={{ $json.body.text }}', 'string']), respond('Respond')),
      ]),
    ),
    intake,
    sum: (hook) => chain(hook, code('Code', sumCode), respond('Respond')),
    'sum-base': (hook) =>
      chain(hook, set('Set', ['sum', '={{ $json.body.numbers.length }}', 'number']), respond('Respond')),
    items: (hook) =>
      chain(
        hook,
        set('Make', ['items', makeItems(1000), 'array']),
        splitOut,
        edit,
        aggregate,
        respond('Respond', 'JSON.stringify({ n: $json.data.length, last: $json.data[$json.data.length - 1].v })'),
      ),
    loop: (hook) => {
      const over = node('Loop', 'splitInBatches', 3, { batchSize: 1, options: {} });
      return [
        ...chain(hook, set('Make', ['items', makeItems(1000), 'array']), splitOut, over, aggregate),
        ...chain(aggregate, respond('Respond', 'JSON.stringify({ n: $json.data.length })')),
        wire(over, edit, 1),
        wire(edit, over),
      ];
    },
    map: (hook) => chain(hook, code('Make', manyItems), edit, code('Count', countAll), respond('Respond')),
  }).map(([shape, build]) => [shape, workflow(shape, build)]),
);
