import type { ErrorDetail } from '@conv3n/platform';
import type { BlockLog, ExecutionStatus, StepStatus } from '@conv3n/workflow';

/** A step as the studio shows it; the server's Step and the live events both end in this shape. */
export interface RunStep {
  readonly node: string;
  readonly type?: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly iteration: readonly number[];
  readonly input?: unknown;
  readonly data?: unknown;
  readonly port: string | null;
  readonly error: ErrorDetail | null;
  readonly logs?: readonly BlockLog[];
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** What the canvas and the timeline need of an execution, live or ended. */
export interface RunState {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error: ErrorDetail | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  /** By node, the top level only. */
  readonly steps: ReadonlyMap<string, RunStep>;
  /** By node, then by iteration path such as `3.0`. The last ones seen, at most {@link iterationLimit} per node. */
  readonly iterations: ReadonlyMap<string, ReadonlyMap<string, RunStep>>;
}

/** Iterations kept per node while following live; all of them can be read page by page. */
export const iterationLimit = 500;

/** An event of the execution's stream as the API sends it. */
export interface RunEvent {
  readonly version: number;
  readonly type: string;
  readonly time: string;
  readonly data: unknown;
}

interface StepFacts {
  readonly node?: string;
  readonly i?: readonly number[];
  readonly attempt?: number;
  readonly ms?: number;
  readonly data?: unknown;
  readonly port?: string;
  readonly error?: ErrorDetail;
  readonly logs?: readonly BlockLog[];
  readonly retryAt?: number;
  readonly output?: unknown;
  readonly decision?: string;
}

/** Statuses after which nothing more happens. */
export function isEnded(status: ExecutionStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled' || status === 'timed_out';
}

function blankStep(node: string, iteration: readonly number[]): RunStep {
  return {
    node,
    status: 'pending',
    attempts: 0,
    iteration,
    port: null,
    error: null,
    started_at: null,
    finished_at: null,
  };
}

function stepAfter(step: RunStep, event: RunEvent, facts: StepFacts): RunStep {
  const attempts = facts.attempt ?? Math.max(step.attempts, 1);
  const began = facts.ms === undefined ? event.time : new Date(Date.parse(event.time) - facts.ms).toISOString();
  const started_at = step.started_at ?? began;
  const logs = facts.logs === undefined ? {} : { logs: [...(step.logs ?? []), ...facts.logs] };
  const base = { ...step, ...logs, attempts, started_at };
  switch (event.type) {
    case 'step_started':
      return { ...base, status: 'running', error: null, finished_at: null };
    case 'step_succeeded':
      return {
        ...base,
        status: 'succeeded',
        data: facts.data,
        port: facts.port ?? 'default',
        error: null,
        finished_at: event.time,
      };
    case 'step_failed':
      return facts.retryAt === undefined
        ? {
            ...base,
            status: 'failed',
            data: facts.data,
            port: facts.port ?? null,
            error: facts.error ?? null,
            finished_at: event.time,
          }
        : { ...base, status: 'waiting', error: facts.error ?? null };
    case 'step_waiting':
      return { ...base, status: 'waiting' };
    case 'step_in_doubt':
      return { ...base, status: 'in_doubt' };
    case 'step_decided':
      return {
        ...base,
        status: facts.decision === 'succeed' ? 'succeeded' : facts.decision === 'retry' ? 'ready' : base.status,
      };
    case 'step_cancelled':
      return { ...base, status: 'cancelled', finished_at: event.time };
    case 'step_compensated':
      return { ...base, status: 'compensated', finished_at: event.time };
    case 'iterations_finished':
    case 'child_started':
      return { ...base, status: 'running' };
    default:
      return step;
  }
}

function withIteration(run: RunState, step: RunStep): RunState {
  const ofNode = new Map(run.iterations.get(step.node) ?? []);
  ofNode.set(step.iteration.join('.'), step);
  const oldest = ofNode.keys().next().value;
  if (ofNode.size > iterationLimit && oldest !== undefined) ofNode.delete(oldest);
  return { ...run, iterations: new Map(run.iterations).set(step.node, ofNode) };
}

/** The run after one event. Unknown events change nothing. */
export function applyEvent(run: RunState, event: RunEvent): RunState {
  const facts = (event.data ?? {}) as StepFacts;
  switch (event.type) {
    case 'execution_started':
    case 'execution_admitted':
      return { ...run, status: 'running', started_at: run.started_at ?? event.time };
    case 'execution_succeeded':
      return { ...run, status: 'succeeded', output: facts.output, finished_at: event.time };
    case 'execution_failed':
      return { ...run, status: 'failed', error: facts.error ?? null, finished_at: event.time };
    case 'execution_cancelled':
      return { ...run, status: 'cancelled', finished_at: event.time };
    case 'execution_timed_out':
      return { ...run, status: 'timed_out', finished_at: event.time };
    default:
      break;
  }
  if (facts.node === undefined) return run;
  const iteration = facts.i ?? [];
  const known =
    iteration.length === 0 ? run.steps.get(facts.node) : run.iterations.get(facts.node)?.get(iteration.join('.'));
  const step = stepAfter(known ?? blankStep(facts.node, iteration), event, facts);
  if (iteration.length > 0) return withIteration(run, step);
  return { ...run, steps: new Map(run.steps).set(facts.node, step) };
}

/** The status a node shows: its top-level step's, else the most pressing of its iterations. */
export function nodeStatus(run: RunState | undefined, node: string): StepStatus | undefined {
  const step = run?.steps.get(node);
  if (step !== undefined) return step.status;
  const iterations = run?.iterations.get(node);
  if (iterations === undefined) return undefined;
  const statuses = new Set([...iterations.values()].map((item) => item.status));
  return (['in_doubt', 'running', 'failed', 'waiting', 'succeeded'] as const).find((status) => statuses.has(status));
}

/** Milliseconds a step took, up to `now` while it runs. */
export function stepDuration(step: Pick<RunStep, 'started_at' | 'finished_at'>, now?: number): number | undefined {
  if (step.started_at === null) return undefined;
  const end = step.finished_at === null ? now : Date.parse(step.finished_at);
  return end === undefined ? undefined : Math.max(0, end - Date.parse(step.started_at));
}
