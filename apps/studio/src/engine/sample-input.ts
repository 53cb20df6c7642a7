import type { WorkflowFile } from '@conv3n/workflow';
import { startNodes } from './upstream.ts';

function sampleOf(schema: unknown, depth: number): unknown {
  if (typeof schema !== 'object' || schema === null || depth > 6) return null;
  const s = schema as Record<string, unknown>;
  if (s['default'] !== undefined) return s['default'];
  if (Array.isArray(s['examples']) && s['examples'].length > 0) return s['examples'][0];
  if (Array.isArray(s['enum'])) return s['enum'][0];
  if (s['const'] !== undefined) return s['const'];
  switch (s['type']) {
    case 'object':
      return Object.fromEntries(
        Object.entries((s['properties'] ?? {}) as Record<string, unknown>).map(([key, item]) => [
          key,
          sampleOf(item, depth + 1),
        ]),
      );
    case 'array':
      return [sampleOf(s['items'], depth + 1)];
    case 'string':
      return '';
    case 'number':
    case 'integer':
      return typeof s['minimum'] === 'number' ? s['minimum'] : 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

/** A value of the schema's shape, for a form to start from. */
export function sampleFromSchema(schema: unknown): unknown {
  return sampleOf(schema, 0);
}

/** Keys the workflow reads below an expression root, such as `price` for `$trigger.body.price`. */
function keysRead(file: WorkflowFile, root: string): readonly string[] {
  const pattern = new RegExp(`${root.replace(/[$.]/g, '\\$&')}\\??\\.([A-Za-z_][A-Za-z0-9_]*)`, 'g');
  return [...new Set([...JSON.stringify(file).matchAll(pattern)].map((match) => match[1] ?? ''))];
}

/** A sensible input to run a workflow by hand with: its schema's shape, else what its expressions read from the trigger. */
export function sampleInput(file: WorkflowFile): unknown {
  if (file.input !== undefined) return sampleFromSchema(file.input);
  const fields = (root: string): Record<string, unknown> =>
    Object.fromEntries(keysRead(file, root).map((key) => [key, '']));
  const webhook = startNodes(file).some((id) => file.nodes[id]?.type === 'std/webhook');
  if (!webhook) return fields('$trigger');
  const known = ['body', 'query', 'params', 'headers'] as const;
  const used = known.filter((key) => key === 'body' || keysRead(file, '$trigger').includes(key));
  return Object.fromEntries(used.map((key) => [key, fields(`$trigger.${key}`)]));
}
