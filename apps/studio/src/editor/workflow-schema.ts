import type { BlockManifest } from '../api/types.ts';

/** Takes `required` and closed objects out of a config schema: completion helps while typing, the server judges. */
function lenient(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(lenient);
  const { required: _required, additionalProperties: _additional, type, ...rest } = schema as Record<string, unknown>;
  const open = type === 'object' ? { type } : {};
  return { ...open, ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, lenient(value)])) };
}

/** A JSON Schema of the workflow file for completion, with the config of each block known here. */
export function workflowSchema(blocks: readonly BlockManifest[]): { readonly uri: string; readonly schema: unknown } {
  const duration = { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$' };
  const node = {
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', anyOf: [{ enum: blocks.map((block) => block.type) }, { pattern: '/' }] },
      config: { type: 'object' },
      label: { type: 'string' },
      position: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } } },
      retry: {
        type: 'object',
        properties: {
          maxAttempts: { type: 'integer', minimum: 1 },
          delay: duration,
          backoff: { enum: ['fixed', 'exponential'] },
          maxDelay: duration,
        },
      },
      timeout: duration,
      onError: { anyOf: [{ enum: ['stop', 'continue', 'port'] }, { type: 'object', required: ['fallback'] }] },
      join: { enum: ['all', 'any', 'first'] },
      effect: { enum: ['idempotent'] },
    },
    allOf: blocks.map((block) => ({
      if: { properties: { type: { const: block.type } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { description: block.description, properties: { config: lenient(block.config) } },
    })),
  };
  const schema = {
    type: 'object',
    required: ['schema', 'name', 'nodes', 'edges'],
    properties: {
      schema: { const: 'conv3n.workflow/v1' },
      name: { type: 'string' },
      description: { type: 'string' },
      tags: { type: 'array', items: { type: 'string' } },
      input: { type: 'object' },
      timeout: duration,
      concurrency: { type: 'integer', minimum: 1 },
      nodes: { type: 'object', additionalProperties: node },
      edges: {
        type: 'array',
        items: {
          type: 'object',
          required: ['source', 'target'],
          properties: {
            source: { type: 'string' },
            sourceHandle: { type: 'string' },
            target: { type: 'string' },
            targetHandle: { type: 'string' },
          },
        },
      },
    },
  };
  return { uri: 'inmemory://studio/workflow.schema.json', schema };
}
