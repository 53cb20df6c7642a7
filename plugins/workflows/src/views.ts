import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import type { RecordedEvent } from '@conv3n/potter';
import type { ExecutionSummary, ExecutionView, StepView } from '@conv3n/workflow';
import type { VersionRow } from './workflow-decider.ts';
import type { StoredWorkflow, WorkflowRow } from './workflow-store.ts';

/** Wire shapes: snake_case, times RFC 3339 UTC with milliseconds. Contracts, section 3. */

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export function workflowWire(stored: StoredWorkflow) {
  return {
    id: stored.id,
    version: stored.version,
    published_version: stored.publishedVersion,
    workflow: stored.workflow as unknown as JsonValue,
    created_at: time(stored.createdAt),
    updated_at: time(stored.updatedAt),
  };
}

export function workflowRowWire(row: WorkflowRow, last: ExecutionSummary | undefined) {
  return {
    id: row.id,
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    tags: [...row.tags],
    version: row.version,
    published_version: row.publishedVersion,
    triggers: [...row.triggers],
    created_at: time(row.createdAt),
    updated_at: time(row.updatedAt),
    ...(last && { last_execution: { id: last.id, status: last.status, created_at: time(last.createdAt) } }),
  };
}

export function versionWire(row: VersionRow, published: number | null) {
  return {
    version: row.version,
    name: row.name,
    published: row.version === published,
    created_at: time(row.createdAt),
    created_by: row.createdBy,
  };
}

export function errorWire(error: ErrorDetail | null) {
  return error as JsonValue;
}

export function stepWire(step: StepView) {
  return {
    node: step.node,
    type: step.type,
    status: step.status,
    attempts: step.attempts,
    ...(step.iteration.length > 0 && { iteration: [...step.iteration] }),
    data: step.data,
    port: step.port,
    error: errorWire(step.error),
    started_at: time(step.startedAt),
    finished_at: time(step.finishedAt),
  };
}

export function executionWire(view: ExecutionView) {
  const { kind, node, triggerId, parentExecutionId } = view.trigger;
  return {
    id: view.id,
    workflow_id: view.workflowId,
    workflow_version: view.workflowVersion,
    workflow_name: view.workflowName,
    status: view.status,
    trigger: {
      kind,
      ...(node !== undefined && { node }),
      ...(triggerId !== undefined && { trigger_id: triggerId }),
      ...(parentExecutionId !== undefined && { parent_execution_id: parentExecutionId }),
    },
    input: view.input,
    output: view.output,
    error: errorWire(view.error),
    created_at: time(view.createdAt),
    started_at: time(view.startedAt),
    finished_at: time(view.finishedAt),
    steps: view.steps.map(stepWire),
  };
}

export function summaryWire(summary: ExecutionSummary) {
  return {
    id: summary.id,
    workflow_id: summary.workflowId,
    workflow_version: summary.workflowVersion,
    workflow_name: summary.workflowName,
    status: summary.status,
    trigger: summary.trigger,
    created_at: time(summary.createdAt),
    started_at: time(summary.startedAt),
    finished_at: time(summary.finishedAt),
    duration_ms:
      summary.startedAt !== null && summary.finishedAt !== null ? summary.finishedAt - summary.startedAt : null,
    error_code: summary.errorCode,
  };
}

export function eventWire(event: Pick<RecordedEvent, 'version' | 'type' | 'time' | 'data'>) {
  return { version: event.version, type: event.type, time: time(event.time), data: event.data as JsonValue };
}
