import type { JsonValue } from '@conv3n/platform';
import type { EventStore, RecordedEvent } from '@conv3n/potter';
import {
  beginExecution,
  type ExecutionEvent,
  type ExecutionState,
  type ExecutionView,
  evolve,
  executionView,
  isBlob,
  type StepView,
  type StoredValue,
} from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { streamOf } from './host.ts';
import type { PlanCache } from './plan-cache.ts';
import type { ValueStore } from './value-store.ts';

const pageSize = 1000;

/** Every event of an execution, page by page. */
export async function* eventsOf(store: EventStore, id: string, afterVersion = 0): AsyncGenerator<RecordedEvent> {
  let after = afterVersion;
  for (;;) {
    const page = await store.readStream(streamOf(id), { afterVersion: after, limit: pageSize });
    yield* page;
    if (page.length < pageSize) return;
    after = page[page.length - 1]?.version ?? after;
  }
}

/** An execution as its stored events say it. */
export interface LoadedExecution {
  readonly state: ExecutionState;
  readonly version: number;
}

/** Folds the stored events. @throws Conv3nError `execution_not_found`, `history_invalid`, or the definition source's */
export async function loadExecution(store: EventStore, plans: PlanCache, id: string): Promise<LoadedExecution> {
  let state: ExecutionState | undefined;
  let version = 0;
  for await (const recorded of eventsOf(store, id)) {
    const event = recorded as unknown as ExecutionEvent;
    version = recorded.version;
    if (state) evolve(state, event);
    else state = beginExecution(id, await planOf(plans, event), event);
  }
  if (!state) throw notFound(id);
  return { state, version };
}

async function planOf(plans: PlanCache, event: ExecutionEvent) {
  if (event.type !== 'execution_started') {
    throw executorErrors.error('execution_broken', `An execution begins with ${event.type}.`);
  }
  const { workflowId, workflowVersion, definition } = event.data;
  if (definition) return plans.unsaved(definition);
  return (await plans.saved(workflowId ?? '', workflowVersion ?? undefined)).plan;
}

export function notFound(id: string) {
  return executorErrors.error('execution_not_found', `There is no execution ${id}.`);
}

const keepReference = (value: StoredValue) => value as JsonValue;

/** The view as of now; blobs are loaded afterwards, so that the state may move on meanwhile. */
export function renderView(values: ValueStore, state: ExecutionState): ExecutionView | Promise<ExecutionView> {
  const view = executionView(state, keepReference);
  const blobs = [view.input, view.output, ...view.steps.map((step) => step.data)].filter((value) => isBlob(value));
  if (blobs.length === 0) return view;
  return values.loadAll(state.id, blobs).then((load) => ({
    ...view,
    input: load(view.input),
    output: load(view.output),
    steps: view.steps.map((step) => withData(step, load)),
  }));
}

/** A step view whose data may still be a reference. */
export function withData(step: StepView, load: (value: StoredValue) => JsonValue): StepView {
  return isBlob(step.data) ? { ...step, data: load(step.data) } : step;
}
