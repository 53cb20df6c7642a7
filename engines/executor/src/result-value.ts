import type { JsonValue } from '@conv3n/platform';
import type { IterationResult, StoredValue } from '@conv3n/workflow';

/** The value of an iteration or of the execution: the one sink's data, or an object by node id. A collected failure is `{error}`. */
export function resultValue(result: IterationResult, load: (value: StoredValue) => JsonValue): JsonValue {
  if ('error' in result) return { error: result.error } as unknown as JsonValue;
  const [first, ...others] = result.sinks;
  if (!first) return null;
  if (others.length === 0) return load(first[1]);
  return Object.fromEntries(result.sinks.map(([node, data]) => [node, load(data)]));
}
