import type { JsonObject, JsonValue } from '@conv3n/platform';
import {
  type ExecutionState,
  type StepState,
  type StepView,
  type StoredValue,
  stepInput,
  stepView,
} from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { withData } from './execution-history.ts';
import type { Host } from './host.ts';
import { iterationSteps } from './iteration-history.ts';

export interface StepQuery {
  readonly node: string;
  /** Pass `next` of the page before. */
  readonly after?: string;
  /** @default 50 @limit 200 */
  readonly limit?: number;
}

export interface StepPage {
  readonly items: readonly StepView[];
  readonly next?: string;
}

/** Steps of an execution, whether still in memory or only in its events. */
export const findSteps = {
  async one(host: Host, state: ExecutionState, node: string, iteration: readonly number[]) {
    const depth = state.plan.nodes.get(node)?.loops.length;
    if (depth === undefined || depth !== iteration.length) throw noStep(state, node, iteration);
    if (depth > 0) {
      const open = openStep(state, node, iteration);
      if (open) {
        const load = await host.values.loadAll(state.id, [open.data]);
        return {
          ...withData(
            stepView(open, (value) => value as JsonValue),
            load,
          ),
          input: null,
        };
      }
      const wanted = iteration.join('.');
      for await (const view of iterationSteps(host, state, node, iteration)) {
        if (view.iteration.join('.') === wanted) return { ...view, input: null };
      }
      const skipped = skippedStep(state, node, iteration);
      if (skipped) return { ...skipped, input: null };
      throw noStep(state, node, iteration);
    }
    const step = state.root.steps.find((candidate) => candidate.node.id === node);
    if (!step) throw noStep(state, node, iteration);
    const view = stepView(step, (value) => value as JsonValue);
    const sources = step.live.map((edge) => (step.graph.steps[edge.source] as StepState).data);
    const load = await host.values.loadAll(state.id, [state.input, view.data, ...sources]);
    return { ...withData(view, load), input: inputOf(state, step, load) };
  },

  async page(host: Host, state: ExecutionState, { node, after, limit = 50 }: StepQuery): Promise<StepPage> {
    const plan = state.plan.nodes.get(node);
    if (!plan) throw noStep(state, node, []);
    if (plan.loops.length === 0) return { items: [await findSteps.one(host, state, node, [])] };
    const most = Math.min(Math.max(1, limit), 200);
    const items: StepView[] = [];
    let passed = after === undefined;
    for await (const view of iterationSteps(host, state, node)) {
      const id = view.iteration.join('.');
      if (!passed) passed = id === after;
      else if (items.length === most) return { items, next: items[items.length - 1]?.iteration.join('.') ?? '' };
      else items.push(view);
    }
    return { items };
  },
};

/** A step of a finished iteration that left no event, because it was skipped. Known for loops at the top level only. */
function skippedStep(state: ExecutionState, node: string, iteration: readonly number[]): StepView | undefined {
  const plan = state.plan.nodes.get(node);
  const loop = plan?.loops[0];
  const progress = loop && state.root.steps[loop.index]?.progress;
  if (plan?.loops.length !== 1 || !progress?.results.has(iteration[0] as number)) return undefined;
  return {
    node,
    type: plan.type,
    status: 'skipped',
    attempts: 0,
    iteration,
    data: null,
    port: null,
    error: null,
    startedAt: null,
    finishedAt: null,
  };
}

/** The step while its iteration is open; later it is only in the events. */
function openStep(state: ExecutionState, node: string, iteration: readonly number[]): StepState | undefined {
  let graph = state.root;
  const plan = state.plan.nodes.get(node);
  for (const [depth, loop] of (plan?.loops ?? []).entries()) {
    const inner = graph.steps[loop.index]?.progress?.active.get(iteration[depth] as number);
    if (!inner) return undefined;
    graph = inner;
  }
  return plan && graph.steps[plan.index];
}

function inputOf(state: ExecutionState, step: StepState, load: (value: StoredValue) => JsonValue): JsonObject | null {
  if (step.order === 0) return null;
  try {
    return stepInput(step, load(state.input), load);
  } catch (error) {
    // The step failed with this very error; its view says so.
    if (step.error) return null;
    throw error;
  }
}

function noStep(state: ExecutionState, node: string, iteration: readonly number[]) {
  const where = iteration.length === 0 ? '' : ` in iteration ${iteration.join('.')}`;
  return executorErrors.error('step_not_found', `Execution ${state.id} has no step ${node}${where}.`);
}
