// The compared shapes as one Node-RED flow tab: "http in" at /<shape>, nodes in a chain, "http response".
import { payloadSizes } from '../../shapes.mjs';

/** Where a shape listens. */
export const flowPath = (shape) => `/${shape.replaceAll(' ', '-')}`;

const functionNode = (func) => ({
  type: 'function',
  func,
  outputs: 1,
  timeout: 0,
  noerr: 0,
  initialize: '',
  finalize: '',
  libs: [],
});
const rule = (p, to, tot) => ({ t: 'set', p, pt: 'msg', to, tot });
const change = (...rules) => ({ type: 'change', rules });
const split = {
  type: 'split',
  splt: '\\n',
  spltType: 'str',
  arraySplt: 1,
  arraySpltType: 'len',
  stream: false,
  addname: '',
};
const join = {
  type: 'join',
  mode: 'auto',
  build: 'object',
  property: 'payload',
  propertyType: 'msg',
  key: 'topic',
  joiner: '\\n',
  joinerType: 'str',
  accumulate: false,
  timeout: '',
  count: '',
  reduceRight: false,
};
const respond = { type: 'http response', statusCode: '', headers: {} };

const makeItems = (count) =>
  `msg.payload = Array.from({ length: ${count} }, (_, i) => ({ id: i, v: i * 2 }));\nreturn msg;`;
const mapItem = 'msg.payload = { id: msg.payload.id, v: msg.payload.v + 1 };\nreturn msg;';
const countItems =
  'const items = msg.payload;\nmsg.payload = { n: items.length, last: items[items.length - 1].v };\nreturn msg;';
const sumCode = 'let sum = 0;\nfor (const n of msg.payload.numbers) sum += n;\nmsg.payload = { sum };\nreturn msg;';

const intake = [
  change(
    rule('out', '{}', 'json'),
    rule('out.fullName', 'payload.name', 'msg'),
    rule('out.mail', 'payload.email', 'msg'),
    rule('out.total', 'payload.amount * 1.2', 'jsonata'),
    rule('payload', 'out', 'msg'),
  ),
  {
    type: 'switch',
    property: 'payload.total',
    propertyType: 'msg',
    checkall: 'false',
    repair: false,
    outputs: 2,
    rules: [{ t: 'gt', v: '100', vt: 'num' }, { t: 'else' }],
  },
  respond,
];

const listFlow = (count) => [
  functionNode(makeItems(count)),
  split,
  functionNode(mapItem),
  join,
  functionNode(countItems),
  respond,
];

const chains = {
  ...Object.fromEntries(
    [1, 3, 10].map((count) => [
      `pure-${count}`,
      [...Array.from({ length: count }, () => change(rule('payload.n', 'payload.n + 1', 'jsonata'))), respond],
    ]),
  ),
  ...Object.fromEntries(
    Object.keys(payloadSizes).map((label) => [
      `payload ${label}`,
      [change(rule('payload.text', 'payload.text', 'msg')), respond],
    ]),
  ),
  intake,
  sum: [functionNode(sumCode), respond],
  'sum-base': [
    change(rule('payload.sum', '$count(payload.numbers)', 'jsonata'), { t: 'delete', p: 'payload.numbers', pt: 'msg' }),
    respond,
  ],
  items: listFlow(1000),
  map: listFlow(100_000),
};

const tab = 'bench';

/** Lays a chain out as nodes wired one to the next; a last "http response" also takes a switch's second output. */
function flow(shape, nodes) {
  const id = (index) => `${shape.replaceAll(' ', '-')}-${index}`;
  const last = nodes.length;
  const wires = (node, index) =>
    node.type === 'switch' ? [[id(index + 1)], [id(last)]] : index === last ? [] : [[id(index + 1)]];
  const entry = { type: 'http in', url: flowPath(shape), method: 'post', upload: false, swaggerDoc: '' };
  return [entry, ...nodes].map((node, index) => ({
    id: id(index),
    z: tab,
    name: '',
    x: 100 + 150 * index,
    y: 60,
    ...node,
    wires: wires(node, index),
  }));
}

/** The shapes Node-RED can express. Its W3L would be W3: messages of a split already go one by one. */
export const flowShapes = Object.keys(chains);

/** The content of `flows.json`. */
export const flows = [
  { id: tab, type: 'tab', label: 'bench' },
  ...Object.entries(chains).flatMap(([shape, nodes]) => flow(shape, nodes)),
];
