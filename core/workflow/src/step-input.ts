import type { ErrorDetail, JsonObject, JsonValue } from '@conv3n/platform';
import { isRecord } from '@conv3n/platform';
import { workflowErrors } from './errors.ts';
import type { StoredValue } from './execution-event.ts';
import type { StepState } from './execution-state.ts';
import { defaultPort } from './workflow-file.ts';

/**
 * A node without incoming edges gets `start` (the trigger's data, or the item of a loop) on `default`.
 *
 * @throws Conv3nError `input_not_mergeable`
 */
export function stepInput(step: StepState, start: JsonValue, load: (value: StoredValue) => JsonValue): JsonObject {
  const { node, graph, live } = step;
  if (node.in.length === 0) return { [defaultPort]: start };
  if (live.length === 1) {
    const edge = live[0] as (typeof live)[number];
    return { [edge.input]: load((graph.steps[edge.source] as StepState).data) };
  }
  const merged: Record<string, JsonValue> = {};
  for (const edge of node.in) {
    if (!live.includes(edge)) continue;
    const data = load((graph.steps[edge.source] as StepState).data);
    if (!Object.hasOwn(merged, edge.input)) {
      merged[edge.input] = data;
      continue;
    }
    const before = merged[edge.input];
    if (!isRecord(before) || !isRecord(data)) {
      throw workflowErrors.error(
        'input_not_mergeable',
        `Several edges deliver into port ${edge.input} of node ${node.id}, and not all of them deliver objects. Give the edges different targetHandles, or make each value an object.`,
      );
    }
    merged[edge.input] = { ...before, ...data } as JsonObject;
  }
  return merged;
}

/** `$error`: the error of the first failed step that delivered to this one, or null. */
export function stepError(step: StepState): (ErrorDetail & { readonly node: string }) | null {
  for (const edge of step.live) {
    const source = step.graph.steps[edge.source] as StepState;
    if (source.error) return { ...source.error, node: source.node.id };
  }
  return null;
}
