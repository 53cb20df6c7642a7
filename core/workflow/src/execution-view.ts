import type { JsonValue } from '@conv3n/platform';
import type { ExecutionView, StepView } from './execution.ts';
import type { StoredValue } from './execution-event.ts';
import type { ExecutionSummary } from './execution-index.ts';
import { type ExecutionState, type GraphState, isSettled, type StepState } from './execution-state.ts';
import { executionStatus } from './next-commands.ts';

/** Gives the value itself; whoever renders a view has loaded the blobs before. */
export type LoadValue = (value: StoredValue) => JsonValue;

/** The execution as its readers see it; steps of the top level in order of readiness, those never reached last. */
export function executionView(state: ExecutionState, load: LoadValue): ExecutionView {
  return {
    id: state.id,
    workflowId: state.workflowId,
    workflowVersion: state.workflowVersion,
    workflowName: state.plan.name,
    status: executionStatus(state),
    trigger: state.trigger,
    input: load(state.input),
    output: load(state.output),
    error: state.error,
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    steps: graphViews(state.root, load),
  };
}

function graphViews(graph: GraphState, load: LoadValue): StepView[] {
  const reached = graph.steps.filter((step) => step.order > 0).sort((a, b) => a.order - b.order);
  const others = graph.steps.filter((step) => step.order === 0);
  return [...reached, ...others].map((step) => stepView(step, load));
}

/** One step as its readers see it. */
export function stepView(step: StepState, load: LoadValue): StepView {
  return {
    node: step.node.id,
    type: step.node.type,
    status: step.status,
    attempts: step.attempts,
    iteration: step.graph.iteration,
    data: isSettled(step) ? load(step.data) : null,
    port: isSettled(step) ? step.port : null,
    error: step.error,
    startedAt: step.startedAt,
    finishedAt: isSettled(step) ? step.finishedAt : null,
  };
}

/** The execution's row in the searchable list. */
export function executionSummary(state: ExecutionState): ExecutionSummary {
  return {
    id: state.id,
    workflowId: state.workflowId,
    workflowVersion: state.workflowVersion,
    workflowName: state.plan.name,
    status: executionStatus(state),
    trigger: state.trigger.kind,
    createdAt: state.createdAt,
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    errorCode: state.error?.code ?? null,
  };
}
