import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import {
  type IterationResult,
  type IterationRows,
  isBlob,
  type LoopPlan,
  rowResult,
  type StepState,
  type StoredValue,
} from '@conv3n/workflow';
import { resultValue } from './result-value.ts';
import { at, type Run } from './run.ts';
import { refuse } from './settle-result.ts';
import { StepCall } from './step-call.ts';
import { storable } from './storable.ts';
import { inline } from './value-store.ts';

/** Every iteration ended: the loop's data is the list of their results. */
export function finishLoop(run: Run, step: StepState): void {
  const { progress } = step;
  if (!progress || run.calls.has(step)) return;
  if (progress.failure) {
    failLoop(run, step, progress.failure.index, progress.failure.error);
    return;
  }
  const kept = run.items.results.get(step);
  if (kept?.length === progress.count) {
    succeedLoop(run, step, kept);
    return;
  }
  if (step.node.loop?.tight) gather(run, step, tightResults(run, step));
  else gather(run, step, plainResults(run, step));
}

function succeedLoop(run: Run, step: StepState, results: readonly JsonValue[]): void {
  const startedAt = step.startedAt ?? run.now();
  storable(
    run,
    step,
    results,
    (error) => refuse(run, step, startedAt, error),
    (data) => {
      run.items.drop(step);
      const ms = run.now() - startedAt;
      run.emit('step_succeeded', { ...at(step), data, ...(ms > 0 && { ms }) });
    },
  );
}

/** Ends a loop because one of its items failed. */
export function failLoop(run: Run, step: StepState, index: number, error: ErrorDetail): void {
  run.items.drop(step);
  run.emit('step_failed', {
    ...at(step),
    error: { ...error, message: `Item ${index}: ${error.message}`, details: { ...error.details, index } },
    port: 'error',
  });
}

function gather(run: Run, step: StepState, results: JsonValue[] | Promise<JsonValue[]>): void {
  if (!(results instanceof Promise)) {
    succeedLoop(run, step, results);
    return;
  }
  const call = new StepCall(run, step);
  results.then(
    (list) => call.proceed(() => succeedLoop(run, step, list)),
    (error: unknown) => call.proceed(() => run.breakDown(error)),
  );
}

async function tightResults(run: Run, step: StepState): Promise<JsonValue[]> {
  const { body } = step.node.loop as LoopPlan;
  const results: JsonValue[] = [];
  for (const chunk of step.progress?.chunks ?? []) {
    const rows = (await run.host.values.load(run.id, chunk.steps as StoredValue)) as unknown as IterationRows;
    for (const row of rows.rows) results.push(resultValue(rowResult(body, rows, row), inline));
  }
  return results;
}

function plainResults(run: Run, step: StepState): JsonValue[] | Promise<JsonValue[]> {
  const { progress } = step;
  const found: IterationResult[] = [];
  const blobs: StoredValue[] = [];
  for (let index = 0; index < (progress?.count ?? 0); index += 1) {
    const result = progress?.results.get(index) ?? { sinks: [] };
    found.push(result);
    if ('sinks' in result) for (const [, data] of result.sinks) if (isBlob(data)) blobs.push(data);
  }
  const all = (load: (value: StoredValue) => JsonValue) => found.map((result) => resultValue(result, load));
  return blobs.length === 0 ? all(inline) : run.host.values.loadAll(run.id, blobs).then(all);
}
