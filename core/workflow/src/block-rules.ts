import { isRecord, type JsonObject, type JsonValue } from '@conv3n/platform';
import type { BlockManifest, ConfigTest, EffectRule } from './block.ts';
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

/** The effect of a node by its block's rule. */
export function effectOf(rule: EffectRule, config: JsonObject): Effect {
  return rule.cases?.find(({ all }) => all.every((test) => holds(test, config)))?.effect ?? rule.otherwise;
}

function holds({ path, in: values }: ConfigTest, config: JsonObject): boolean {
  const found = readPointer(config, path.split('/').slice(1));
  const tested: readonly JsonValue[] = found.length === 0 ? [null] : found;
  return tested.every((value) => matches(value, values));
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
