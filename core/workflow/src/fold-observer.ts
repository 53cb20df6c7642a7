import type { ErrorDetail } from '@conv3n/platform';
import type { ExecutionState, StepState } from './execution-state.ts';
import { abandonGraph, succeed } from './graph-run.ts';
import { dropChildren, type LoopObserver } from './loop-run.ts';
import { defaultPort } from './workflow-file.ts';

/** Writes into the execution's state what the token rules decide while one event is folded. */
export class FoldObserver implements LoopObserver {
  readonly #state: ExecutionState;
  /** Time of the event being folded. */
  readonly time: number;

  constructor(state: ExecutionState, time: number) {
    this.#state = state;
    this.time = time;
  }

  ready(step: StepState): void {
    const state = this.#state;
    state.order += 1;
    step.order = state.order;
    const carried = step.graph === state.root ? state.carried[step.node.id] : undefined;
    if (carried && Object.hasOwn(state.carried, step.node.id)) {
      step.attempts = 0;
      step.startedAt = this.time;
      step.finishedAt = this.time;
      succeed(step, carried.data, carried.port ?? defaultPort, this);
      return;
    }
    this.again(step);
  }

  /** Makes a step ready that was ready before. */
  again(step: StepState): void {
    step.status = 'ready';
    this.#state.active.add(step);
    this.#state.work.push(step);
  }

  settled(step: StepState): void {
    step.finishedAt ??= this.time;
    this.#state.active.delete(step);
  }

  abandoned(step: StepState): void {
    step.finishedAt = this.time;
    this.#state.active.delete(step);
    dropChildren(step, this);
  }

  failed(step: StepState, error: ErrorDetail): void {
    const { graph } = step;
    if (graph.loop) {
      graph.failure ??= { error, node: step.node.id };
    } else if (!this.#state.ending) {
      this.#state.ending = { status: 'failed', error, node: step.node.id };
    }
    abandonGraph(graph, this);
  }

  /** The loop can go on or finish. */
  attend(loop: StepState): void {
    this.#state.work.push(loop);
  }
}
