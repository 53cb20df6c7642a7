import { type GraphState, graphStateOf, isSettled, type StepState } from './execution-state.ts';
import { abandonGraph, type GraphObserver, graphResult, startGraph } from './graph-run.ts';
import type { LoopPlan } from './plan.ts';

/** Also told when a loop can go on or finish. */
export interface LoopObserver extends GraphObserver {
  attend(loop: StepState): void;
}

/** Opens iterations up to the loop's concurrency; a tight loop is only marked for attention, its iterations leave no steps. */
export function beginIterations(step: StepState, observer: LoopObserver): void {
  const { progress } = step;
  const plan = step.node.loop as LoopPlan;
  if (!progress || isSettled(step)) return;
  if (plan.tight || loopIsDone(step)) {
    observer.attend(step);
    return;
  }
  while (!progress.failure && progress.active.size < plan.concurrency && progress.cursor < progress.count) {
    const index = progress.cursor;
    progress.cursor += 1;
    const graph = graphStateOf(plan.body, step, index);
    progress.active.set(index, graph);
    startGraph(graph, observer);
    finishIteration(graph, observer);
  }
  if (loopIsDone(step)) observer.attend(step);
}

/** True when every iteration ended, or one failed and nothing of the others is left. */
export function loopIsDone(step: StepState): boolean {
  const { progress } = step;
  if (!progress || progress.active.size > 0) return false;
  return progress.failure !== null || progress.cursor >= progress.count;
}

/** After a step of `graph` changed: ends the iteration if that was its last step, and opens the next. */
export function loopChanged(graph: GraphState, observer: LoopObserver): void {
  if (!graph.loop) return;
  if (finishIteration(graph, observer)) beginIterations(graph.loop, observer);
}

function finishIteration(graph: GraphState, observer: LoopObserver): boolean {
  const loop = graph.loop as StepState;
  const progress = loop.progress;
  const index = graph.iteration[graph.iteration.length - 1] as number;
  if (!progress?.active.has(index) || !isOver(graph)) return false;
  progress.active.delete(index);
  if (!graph.failure) {
    progress.results.set(index, graphResult(graph));
  } else if ((loop.node.loop as LoopPlan).collect) {
    progress.results.set(index, { error: graph.failure.error });
  } else if (!progress.failure) {
    progress.failure = { index, error: graph.failure.error };
    for (const other of progress.active.values()) abandonGraph(other, observer);
    for (const other of [...progress.active.values()]) finishIteration(other, observer);
  }
  return true;
}

/** Nothing of the iteration runs any more. After a failure, a step in doubt does not hold it open. */
function isOver(graph: GraphState): boolean {
  if (graph.open === 0) return true;
  if (!graph.failure && !graph.loop?.progress?.failure) return false;
  return graph.steps.every((step) => !step.intent);
}

/** Gives up the iterations of a loop that ends before its time. */
export function dropChildren(step: StepState, observer: LoopObserver): void {
  if (!step.progress) return;
  for (const graph of step.progress.active.values()) abandonGraph(graph, observer);
}
