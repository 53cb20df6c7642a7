import type { Reference } from '@conv3n/expression';
import { isRecord } from '@conv3n/platform';
import { workflowErrors } from './errors.ts';

/** The key that makes an object a secret reference. */
export const secretKey = '$secret';
const maxDepth = 64;

/**
 * Guards a field that accepts secrets: what its expression yields may hold only references the expression itself names as
 * `$secrets.<name>`. Data that merely looks like one (a webhook body, an HTTP answer) would otherwise be resolved like one.
 */
export function secretGuard(references: readonly Reference[]): (value: unknown) => unknown {
  const named = new Set<string>();
  for (const { root, path } of references) if (root === '$secrets' && path[0] !== undefined) named.add(path[0]);
  return (value) => {
    refuseForged(value, named, maxDepth);
    return value;
  };
}

function refuseForged(value: unknown, named: ReadonlySet<string>, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw forged('The value is nested too deeply for a field that accepts secrets.');
  if (Array.isArray(value)) {
    for (const element of value) refuseForged(element, named, depth - 1);
    return;
  }
  if (!isRecord(value)) return;
  if (Object.hasOwn(value, secretKey)) {
    const name = value[secretKey];
    if (typeof name === 'string' && named.has(name) && Object.keys(value).length === 1) return;
    throw forged(
      'Data that looks like a secret reference reached a field that accepts secrets. Write $secrets.<name> there.',
    );
  }
  for (const inner of Object.values(value)) refuseForged(inner, named, depth - 1);
}

function forged(message: string) {
  return workflowErrors.error('secret_forged', message);
}
