import { isRecord, type JsonObject, type JsonValue } from '@conv3n/platform';
import type { BlockManifest, EffectRule } from './block.ts';
import { defaultPort, type Effect } from './workflow-file.ts';

/** The output ports a node of this block offers with this config. */
export function outputPorts(manifest: BlockManifest, config: JsonObject): readonly string[] {
  const { fixed, fromConfig, also } = manifest.ports;
  if (fromConfig) {
    const named = readPointer(config, fromConfig.split('/').slice(1)).filter((port) => typeof port === 'string');
    if (named.length > 0) return [...new Set([...(named as string[]), ...(also ?? [])])];
  }
  return fixed.length > 0 ? fixed : [defaultPort];
}

/** The effect of a node: the first matching case of the block's rule; an expression in a tested field gives `otherwise`. */
export function effectOf(rule: EffectRule, config: JsonObject): Effect {
  for (const { path, in: values, effect } of rule.cases ?? []) {
    const keys = path.startsWith('/') ? path.split('/').slice(1) : path.split('.');
    const found = readPointer(config, keys);
    const tested: readonly JsonValue[] = found.length === 0 ? [null] : found;
    if (tested.every((value) => matches(value, values))) return effect;
  }
  return rule.otherwise;
}

function matches(value: JsonValue, values: readonly JsonValue[]): boolean {
  if (typeof value === 'string' && value.includes('{{')) return false;
  const text = JSON.stringify(value);
  return values.some((candidate) => JSON.stringify(candidate) === text);
}

/** Every value a JSON Pointer with `-` for "each element" reaches. */
function readPointer(value: JsonValue, keys: readonly string[]): JsonValue[] {
  const [key, ...rest] = keys;
  if (key === undefined) return [value];
  if (Array.isArray(value)) {
    if (key === '-') return value.flatMap((element: JsonValue) => readPointer(element, rest));
    const element = (value as readonly JsonValue[])[Number(key)];
    return element === undefined ? [] : readPointer(element, rest);
  }
  if (!isRecord(value) || !Object.hasOwn(value, key)) return [];
  return readPointer((value as JsonObject)[key] as JsonValue, rest);
}
