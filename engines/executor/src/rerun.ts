import type { ExecutionState, StoredValue } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import type { ValueStore } from './value-store.ts';

type Carried = Record<string, { data: StoredValue; port: string | null }>;

/** Outcomes that a retry from `fromNode` takes over: of every succeeded top-level step that is neither that node nor behind it. */
export async function carriedOutcomes(
  values: ValueStore,
  state: ExecutionState,
  fromNode: string,
  newId: string,
): Promise<Carried> {
  const from = state.root.steps.find((step) => step.node.id === fromNode);
  if (!from) {
    throw executorErrors.error('step_not_found', `Workflow has no top-level node ${fromNode} to retry from.`);
  }
  const behind = new Set([from.node.index]);
  const queue = [from.node.index];
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    for (const { target } of state.plan.graph.nodes[index]?.out ?? []) {
      if (behind.has(target)) continue;
      behind.add(target);
      queue.push(target);
    }
  }
  const carried: Carried = {};
  for (const step of state.root.steps) {
    if (behind.has(step.node.index) || !(step.status === 'succeeded' || step.handled)) continue;
    carried[step.node.id] = { data: await values.copy(state.id, newId, step.data), port: step.port };
  }
  return carried;
}
