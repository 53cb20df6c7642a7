import type { JsonSchema } from '@conv3n/platform';
import type { BlockManifest, FieldAnnotation } from './block.ts';

/** Blocks the engine interprets itself; triggers are declared by the plugin that fires them. */

const pure = { otherwise: 'pure' } as const;
const field = (schema: object, annotation: FieldAnnotation): JsonSchema => ({ ...schema, 'x-conv3n': annotation });
const object = (required: readonly string[], properties: Record<string, object>): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const variableName = field(
  {
    type: 'string',
    title: 'Name',
    description: 'Letters, digits, _ , . and -; read it as $vars.<name>.',
    minLength: 1,
    maxLength: 128,
    pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$',
  },
  { widget: 'text', placeholder: 'counter' },
);

const variableScope = field(
  {
    title: 'Scope',
    description: 'Who sees the variable: this execution, all executions of this workflow, or every workflow.',
    enum: ['execution', 'workflow', 'global'],
    default: 'execution',
  },
  { mode: 'raw', widget: 'select' },
);

const loop: BlockManifest = {
  type: 'std/loop',
  title: 'Loop',
  description: 'Runs its body once per item and gives the list of results.',
  category: 'logic',
  icon: 'repeat',
  control: 'loop',
  config: object(['items', 'body'], {
    items: field(
      { title: 'Items', description: 'The list to go through.', type: 'array' },
      { mode: 'expression', widget: 'text', placeholder: '$node.fetch.data.rows' },
    ),
    body: field(
      {
        title: 'Body',
        description: 'The nodes and edges that run per item; they read $item and $index.',
        type: 'object',
        additionalProperties: false,
        required: ['nodes', 'edges'],
        properties: { nodes: { type: 'object' }, edges: { type: 'array' } },
      },
      { mode: 'raw', widget: 'graph' },
    ),
    concurrency: field(
      {
        title: 'At once',
        description: 'Iterations that run at once.',
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        default: 1,
      },
      { mode: 'raw' },
    ),
    batch: field(
      {
        title: 'Batch',
        description: 'Items per iteration; above 1, $item is a list.',
        type: 'integer',
        minimum: 1,
        maximum: 100_000,
        default: 1,
      },
      { mode: 'raw', advanced: true },
    ),
    onItemError: field(
      {
        title: 'When an item fails',
        description: 'stop: the loop fails. collect: the result of that item is {error}, and the loop goes on.',
        enum: ['stop', 'collect'],
        default: 'stop',
      },
      { mode: 'raw', widget: 'select' },
    ),
  }),
  output: { type: 'array' },
  ports: { fixed: ['default', 'error'] },
  effect: pure,
  example: {
    items: '{{ $trigger.rows }}',
    body: { nodes: { double: { type: 'std/transform', config: { set: { twice: '{{ $item * 2 }}' } } } }, edges: [] },
  },
};

const delay: BlockManifest = {
  type: 'std/delay',
  title: 'Delay',
  description: 'Waits for a time or until a moment; the wait survives a restart and holds no worker.',
  category: 'time',
  icon: 'timer',
  control: 'delay',
  config: {
    ...object([], {
      duration: field(
        { type: 'string', title: 'Duration', description: 'How long to wait: 200ms, 30s, 5m, 2h or 7d.' },
        { widget: 'duration', placeholder: '30s' },
      ),
      until: field(
        {
          type: ['string', 'number'],
          title: 'Until',
          description: 'A moment as RFC 3339 text or milliseconds since 1970; one in the past does not wait.',
        },
        { widget: 'text', placeholder: '2026-12-24T18:00:00Z' },
      ),
    }),
    oneOf: [{ required: ['duration'] }, { required: ['until'] }],
  },
  ports: { fixed: ['default'] },
  effect: pure,
  example: { duration: '5s' },
};

const setVar: BlockManifest = {
  type: 'std/set_var',
  title: 'Set variable',
  description: 'Stores a value under a name; it commits together with the step.',
  category: 'data',
  icon: 'save',
  control: 'set_var',
  config: object(['name', 'value'], {
    name: variableName,
    value: { title: 'Value', description: 'Any JSON value.', 'x-conv3n': { widget: 'json' } },
    scope: variableScope,
    ttl: field(
      { type: 'string', title: 'Expires after', description: 'The variable vanishes after this time.' },
      { widget: 'duration', advanced: true },
    ),
  }),
  ports: { fixed: ['default'] },
  effect: { otherwise: 'transactional' },
  example: { name: 'counter', value: '{{ ($vars.counter ?? 0) + 1 }}', scope: 'workflow' },
};

const getVar: BlockManifest = {
  type: 'std/get_var',
  title: 'Get variable',
  description: 'Reads a variable; its data is the value, or null when there is none.',
  category: 'data',
  icon: 'folder-open',
  control: 'get_var',
  config: object(['name'], {
    name: variableName,
    scope: field(
      {
        title: 'Scope',
        description: 'Left out: this execution first, then the workflow, then global.',
        enum: ['execution', 'workflow', 'global'],
      },
      { mode: 'raw', widget: 'select' },
    ),
  }),
  ports: { fixed: ['default'] },
  effect: pure,
  example: { name: 'counter' },
};

const workflow: BlockManifest = {
  type: 'std/workflow',
  title: 'Call workflow',
  description: 'Runs another workflow and waits for its output.',
  category: 'logic',
  icon: 'workflow',
  control: 'workflow',
  config: object(['workflow'], {
    workflow: field(
      { type: 'string', title: 'Workflow', description: 'Id of the workflow to run.', minLength: 1 },
      { widget: 'text' },
    ),
    version: field(
      { type: 'integer', title: 'Version', description: 'Left out: the published version.', minimum: 1 },
      { mode: 'raw', advanced: true },
    ),
    input: { title: 'Input', description: 'What the workflow gets as $trigger.', 'x-conv3n': { widget: 'json' } },
  }),
  ports: { fixed: ['default', 'error'] },
  effect: pure,
  example: { workflow: 'send-invoice', input: { order: '{{ $node.order.data }}' } },
};

/** Manifests of the control blocks, for whoever lists blocks. */
export const controlBlocks: readonly BlockManifest[] = Object.freeze([loop, delay, setVar, getVar, workflow]);
