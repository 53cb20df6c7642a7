import type { JsonSchema } from '@conv3n/platform';
import { nodeIdPattern, workflowSchemaName } from './workflow-file.ts';

const duration = {
  type: 'string',
  format: 'duration',
  pattern: '^\\d{1,12}(\\.\\d{1,6})?(ms|s|m|h|d)$',
  description: 'A number and a unit: 200ms, 30s, 5m, 2h or 7d.',
};

const text = (description: string, maxLength: number) => ({ type: 'string', description, maxLength });
const port = {
  type: 'string',
  format: 'port',
  pattern: '^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9_.-]*$',
  minLength: 1,
  maxLength: 64,
};

const retry = {
  type: 'object',
  description: 'How a failed attempt is repeated.',
  additionalProperties: false,
  required: ['maxAttempts'],
  properties: {
    maxAttempts: { type: 'integer', minimum: 1, maximum: 100, description: 'Attempts in all, the first included.' },
    delay: { ...duration, description: 'Before the second attempt; 1s when left out.' },
    backoff: { enum: ['fixed', 'exponential'], description: 'exponential when left out.' },
    maxDelay: { ...duration, description: 'No wait is longer; 1m when left out.' },
    jitter: { type: 'boolean', description: 'A random part of the delay instead of all of it; true when left out.' },
    on: {
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 64 },
      maxItems: 50,
      description: 'Only these error codes; every retryable error when left out.',
    },
  },
};

const node = {
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { type: 'string', minLength: 1, maxLength: 128, description: 'The block, such as std/transform.' },
    config: { type: 'object', description: 'What the block is told; see its own schema.' },
    label: text('Shown in the editor instead of the id.', 200),
    position: {
      type: 'object',
      additionalProperties: false,
      required: ['x', 'y'],
      properties: { x: { type: 'number' }, y: { type: 'number' } },
    },
    retry,
    timeout: { ...duration, description: 'Of one attempt; 30s unless the block says otherwise.' },
    onError: {
      description:
        'What a failure does: stop (default), continue with null, go on at port error, or give a fallback value.',
      oneOf: [
        { enum: ['stop', 'continue', 'port'] },
        { type: 'object', additionalProperties: false, required: ['fallback'], properties: { fallback: {} } },
      ],
    },
    join: {
      enum: ['all', 'any', 'first'],
      description: 'When a node with several incoming edges runs; all when left out.',
    },
    effect: { enum: ['idempotent'], description: 'Declares that repeating this external step is harmless.' },
    runOn: {
      type: 'object',
      additionalProperties: false,
      required: ['agent'],
      properties: { agent: { type: 'string', minLength: 1, maxLength: 128 } },
    },
  },
};

const edge = {
  type: 'object',
  additionalProperties: false,
  required: ['source', 'target'],
  properties: {
    id: text('For editors.', 128),
    source: { type: 'string', description: 'Node the edge leaves.' },
    sourceHandle: { ...port, description: 'Output port; default when left out.' },
    target: { type: 'string', description: 'Node the edge enters.' },
    targetHandle: { ...port, description: 'Input port; default when left out.' },
  },
};

const nodes = {
  type: 'object',
  description: 'By id; ids are unique in the whole file, loop bodies included.',
  minProperties: 1,
  propertyNames: { pattern: nodeIdPattern.source },
  additionalProperties: node,
};

const edges = { type: 'array', items: edge };

/** JSON Schema of the body of a loop. */
export const workflowGraphSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['nodes', 'edges'],
  properties: { nodes, edges },
} as JsonSchema;

/** JSON Schema of the workflow file, version 1: for validation, the studio's editor and the docs. */
export const workflowFileSchema: JsonSchema = {
  $id: 'https://conv3n.dev/schemas/workflow-v1.json',
  title: 'CONV3N workflow',
  type: 'object',
  additionalProperties: false,
  required: ['schema', 'name', 'nodes', 'edges'],
  properties: {
    schema: { const: workflowSchemaName },
    id: { ...text('Stable id; made when left out.', 128), minLength: 1 },
    name: { ...text('Shown in lists.', 200), minLength: 1 },
    description: text('What the workflow is for.', 10_000),
    tags: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 64 }, maxItems: 50 },
    input: { type: 'object', description: 'JSON Schema of the input.' },
    timeout: { ...duration, description: 'Of a whole execution; passing it gives timed_out.' },
    concurrency: { type: 'integer', minimum: 1, maximum: 100_000, description: 'Executions that run at once.' },
    nodes,
    edges,
  },
} as JsonSchema;
