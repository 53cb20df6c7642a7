import type { AtomicWrite } from '@conv3n/platform';
import type { ExecutionEvent, ExecutionState, StepState } from '@conv3n/workflow';
import type { Host } from './host.ts';
import type { LoopItems } from './loop-items.ts';
import type { StepCall } from './step-call.ts';
import type { Waits } from './waits.ts';

/** The data of one kind of event. */
export type DataOf<Type extends ExecutionEvent['type']> = Extract<ExecutionEvent, { type: Type }>['data'];

/** How an event is emitted. */
export interface EmitOptions {
  /** The outcome is not pure: nothing starts before it is durable. */
  readonly durable?: boolean;
  /** Flush as soon as possible. */
  readonly urgent?: boolean;
  /** Writes that commit with the event. */
  readonly writes?: readonly AtomicWrite[];
  /** @default now */
  readonly time?: number;
}

/** An execution in memory, as the code that runs its steps sees it. */
export interface Run {
  readonly id: string;
  readonly host: Host;
  readonly state: ExecutionState;
  readonly waits: Waits;
  readonly items: LoopItems;
  /** Calls under way; one per step. */
  readonly calls: Map<StepState, StepCall>;
  readonly closed: boolean;
  /** True when everything folded is durable. */
  readonly durable: boolean;
  /** Set while the end is being prepared: a step is undone, or the output is put together. */
  ending: boolean;
  now(): number;
  /** Folds an event now; it becomes durable with the next flush. */
  emit<Type extends ExecutionEvent['type']>(type: Type, data: DataOf<Type>, options?: EmitOptions): void;
  /** Does everything that is possible now, then sees to it that it becomes durable. */
  pump(): void;
  /** Sees to it that everything folded becomes durable soon. */
  hurry(): void;
  /** Starts something for a step once everything emitted so far is durable, unless the step was given up by then. */
  afterFlush(step: StepState, start: () => void): void;
  /** Does something at a moment of wall time, unless the execution has left the memory by then; then pumps. */
  alarm(at: number, act: () => void): void;
  /** Runs an external step again after its block said that nothing happened. */
  again(step: StepState): void;
  /** The engine itself failed: this execution ends, the process goes on. */
  breakDown(thrown: unknown): void;
}

/** Where a step stands, as events say it. */
export function at(step: StepState): { node: string; i?: readonly number[] } {
  return step.graph.iteration.length === 0 ? { node: step.node.id } : { node: step.node.id, i: step.graph.iteration };
}

/** Stable over attempts, crashes and replays. */
export function stepKey(state: ExecutionState, step: StepState): string {
  const { iteration } = step.graph;
  return iteration.length === 0 ? `${state.id}:${step.node.id}` : `${state.id}:${step.node.id}:${iteration.join('.')}`;
}
