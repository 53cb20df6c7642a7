import type { JsonValue } from '@conv3n/platform';
import {
  defaultPort,
  type ExecutionEvent,
  type ExecutionState,
  type IterationCell,
  type IterationRows,
  type StepStatus,
  type StepView,
  type StoredValue,
  workflowErrors,
} from '@conv3n/workflow';
import { eventsOf } from './execution-history.ts';
import type { Host } from './host.ts';

/**
 * The steps of a node inside loops, in the order their outcomes were recorded. They come from the events, because the fold keeps
 * no steps of finished iterations. With `only`, chunks that cannot hold that iteration are not loaded.
 */
export async function* iterationSteps(
  host: Host,
  state: ExecutionState,
  node: string,
  only?: readonly number[],
): AsyncGenerator<StepView> {
  const plan = state.plan.nodes.get(node);
  const loop = plan?.loops[plan.loops.length - 1];
  if (!plan || !loop) return;
  const base = { node, type: plan.type };
  /** Steps in doubt that nothing decided yet, by iteration. */
  const doubts = new Map<string, StepView>();
  for await (const recorded of eventsOf(host.store, state.id)) {
    const event = recorded as unknown as ExecutionEvent;
    if (event.type === 'iterations_finished' && event.data.node === loop.id) {
      const { from, to, steps, i = [] } = event.data;
      const wanted = only?.[only.length - 1];
      if (wanted !== undefined && (wanted < from || wanted >= to)) continue;
      const rows = (await host.values.load(state.id, steps)) as unknown as IterationRows;
      const column = rows.nodes.indexOf(node);
      const time = state.createdAt + (event.data.t ?? 0);
      for (const [offset, row] of rows.rows.entries()) {
        yield { ...base, ...cellView(row[column] ?? null, time), iteration: [...i, from + offset] };
      }
      continue;
    }
    if (!('node' in event.data) || event.data.node !== node) continue;
    const outcome = outcomeView(event, state.createdAt);
    if (!outcome) continue;
    const { data, ...others } = outcome;
    const iteration = (event.data as { readonly i?: readonly number[] }).i ?? [];
    const view = { ...base, ...others, iteration, data: await host.values.load(state.id, data) };
    if (view.status === 'in_doubt') {
      doubts.set(iteration.join('.'), view);
      continue;
    }
    const before = doubts.get(iteration.join('.'));
    doubts.delete(iteration.join('.'));
    yield before ? { ...view, attempts: Math.max(view.attempts, before.attempts) } : view;
  }
  yield* doubts.values();
}

function cellView(cell: IterationCell, time: number) {
  if (!cell) {
    return {
      status: 'skipped' as const,
      attempts: 0,
      data: null,
      port: null,
      error: null,
      startedAt: null,
      finishedAt: time,
    };
  }
  const [data, port = defaultPort, error = null] = cell;
  return {
    status: (error ? 'failed' : 'succeeded') as StepStatus,
    attempts: 1,
    data: data as JsonValue,
    port,
    error,
    startedAt: time,
    finishedAt: time,
  };
}

function outcomeView(event: ExecutionEvent, createdAt: number) {
  const none = { data: null as StoredValue, port: null, error: null };
  const time = createdAt + ((event.data as { readonly t?: number }).t ?? 0);
  switch (event.type) {
    case 'step_succeeded': {
      const { data, port = defaultPort, attempt = 1, ms = 0 } = event.data;
      return {
        status: 'succeeded' as const,
        attempts: attempt,
        data,
        port,
        error: null,
        startedAt: time - ms,
        finishedAt: time,
      };
    }
    case 'step_failed': {
      const { data = null, port = 'error', attempt = 1, ms = 0, error, retryAt } = event.data;
      if (retryAt !== undefined) return undefined;
      return {
        status: 'failed' as const,
        attempts: attempt,
        data,
        port,
        error,
        startedAt: time - ms,
        finishedAt: time,
      };
    }
    case 'step_in_doubt':
      return { ...none, status: 'in_doubt' as const, attempts: event.data.attempt, startedAt: null, finishedAt: null };
    case 'step_decided':
      return decidedView(event.data, time);
    case 'step_cancelled':
      return { ...none, status: 'cancelled' as const, attempts: 0, startedAt: null, finishedAt: time };
    default:
      return undefined;
  }
}

function decidedView(data: Extract<ExecutionEvent, { type: 'step_decided' }>['data'], time: number) {
  const times = { startedAt: null, finishedAt: time };
  switch (data.decision) {
    case 'retry':
      return undefined;
    case 'skip':
      return { ...times, status: 'skipped' as const, attempts: 0, data: null, port: null, error: null };
    case 'succeed':
      return {
        ...times,
        status: 'succeeded' as const,
        attempts: 1,
        data: data.data ?? null,
        port: defaultPort,
        error: null,
      };
    case 'fail': {
      const error = workflowErrors.error('step_decided_failed', `${data.by} decided that step ${data.node} failed.`);
      return { ...times, status: 'failed' as const, attempts: 1, data: null, port: 'error', error: error.toDetail() };
    }
  }
}
