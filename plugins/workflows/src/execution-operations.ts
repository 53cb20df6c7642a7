import type { Operation } from '@conv3n/nexus';
import { Type } from '@conv3n/platform';
import {
  Execution,
  ExecutionEvent,
  ExecutionStatus,
  ExecutionSummary,
  Id,
  Json,
  Paging,
  page,
  Step,
  Time,
  WorkflowCandidate,
  WorkflowDocument,
} from './schemas.ts';

const tag = 'Executions';
const NodeId = Type.String({ maxLength: 64 });
const Iteration = Type.String({
  pattern: '^\\d{1,9}(\\.\\d{1,9}){0,7}$',
  description: 'Indexes of the enclosing loops, such as 3.0',
});

const Waiting = {
  mode: Type.Optional(
    Type.Union([Type.Literal('sync'), Type.Literal('async'), Type.Literal('stream')], {
      description: 'sync (default) waits; async answers 202 at once; stream answers with server-sent events',
    }),
  ),
  wait_ms: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 300_000, description: 'How long sync waits before 202; 30000 when absent' }),
  ),
};

export const runWorkflow: Operation = {
  id: 'workflows.run',
  summary: 'Run an unsaved workflow',
  tag,
  input: Type.Object(
    { workflow: WorkflowCandidate, input: Type.Optional(Json), ...Waiting },
    { additionalProperties: false },
  ),
  output: Execution,
  event: ExecutionEvent,
  permission: ['workflows:write', 'workflows:execute'],
  errors: [
    'workflow_invalid',
    'input_invalid',
    'input_not_json',
    'input_too_large',
    'too_many_executions',
    'executor_draining',
  ],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/run', query: ['mode', 'wait_ms'], statuses: [200, 202] },
};

export const executeWorkflow: Operation = {
  id: 'workflows.execute',
  summary: 'Run a saved workflow: its published version, or `version`',
  description:
    'Answers 200 with the execution whatever its final status, 202 with the execution so far when it is still open after `wait_ms` or in doubt. A client that leaves cancels nothing.',
  tag,
  input: Type.Object(
    {
      id: Id,
      input: Type.Optional(Json),
      version: Type.Optional(Type.Integer({ minimum: 1 })),
      idempotency_key: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      ...Waiting,
    },
    { additionalProperties: false },
  ),
  output: Execution,
  event: ExecutionEvent,
  permission: ['workflows:execute'],
  errors: [
    'workflow_not_found',
    'workflow_version_not_found',
    'not_published',
    'workflow_invalid',
    'input_invalid',
    'idempotency_key_reused',
    'input_not_json',
    'input_too_large',
    'too_many_executions',
    'executor_draining',
  ],
  idempotency: 'key',
  http: {
    method: 'POST',
    path: '/workflows/{id}/execute',
    query: ['mode', 'wait_ms', 'version'],
    headers: { idempotency_key: 'Idempotency-Key' },
    statuses: [200, 202],
  },
};

export const listExecutions: Operation = {
  id: 'executions.list',
  summary: 'List executions, newest first',
  tag,
  input: Type.Object(
    {
      workflow_id: Type.Optional(Id),
      status: Type.Optional(ExecutionStatus),
      from: Type.Optional(Time),
      to: Type.Optional(Time),
      ...Paging,
    },
    { additionalProperties: false },
  ),
  output: page(ExecutionSummary),
  permission: ['executions:read'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/executions' },
};

export const getExecution: Operation = {
  id: 'executions.get',
  summary: 'An execution with its steps',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Execution,
  permission: ['executions:read'],
  errors: ['execution_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/executions/{id}' },
};

export const getExecutionWorkflow: Operation = {
  id: 'executions.definition',
  summary: 'The workflow file an execution runs',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Type.Object({ workflow: WorkflowDocument }),
  permission: ['executions:read'],
  errors: ['execution_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/executions/{id}/workflow' },
};

export const listEvents: Operation = {
  id: 'executions.events',
  summary: 'Events of an execution, oldest first',
  tag,
  input: Type.Object(
    {
      id: Id,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      cursor: Paging.cursor,
    },
    { additionalProperties: false },
  ),
  output: page(ExecutionEvent),
  permission: ['executions:read'],
  errors: ['execution_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/executions/{id}/events' },
};

export const followExecution: Operation = {
  id: 'executions.follow',
  summary: 'Follow an execution live',
  description:
    'Server-sent events: first `execution` with the whole view (unless resumed), then each event under its type with its version as id, `end` after the last. `Last-Event-ID` resumes.',
  tag,
  input: Type.Object(
    { id: Id, last_event_id: Type.Optional(Type.String({ maxLength: 32 })) },
    { additionalProperties: false },
  ),
  output: Type.Null(),
  event: ExecutionEvent,
  permission: ['executions:read'],
  errors: ['execution_not_found'],
  idempotency: 'safe',
  http: {
    method: 'GET',
    path: '/executions/{id}/events',
    accept: 'text/event-stream',
    headers: { last_event_id: 'Last-Event-ID' },
  },
};

export const getStep: Operation = {
  id: 'executions.step',
  summary: 'A step: input, data, error, attempts',
  description: 'Inside loops `iteration` picks one run; without it the answer is a page of all runs of the node.',
  tag,
  input: Type.Object(
    { id: Id, node: NodeId, iteration: Type.Optional(Iteration), ...Paging },
    { additionalProperties: false },
  ),
  output: Type.Union([Step, page(Step)]),
  permission: ['executions:read'],
  errors: ['execution_not_found', 'step_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/executions/{id}/steps/{node}' },
};

export const cancelExecution: Operation = {
  id: 'executions.cancel',
  summary: 'Ask an execution to stop',
  description:
    'Running steps are aborted; an external step killed by it becomes in doubt. Compensation runs before the final status.',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Execution,
  permission: ['executions:control'],
  errors: ['execution_not_found', 'execution_ended'],
  idempotency: 'idempotent',
  http: { method: 'POST', path: '/executions/{id}/cancel', statuses: [202] },
};

export const retryExecution: Operation = {
  id: 'executions.retry',
  summary: 'Run an ended execution again, as a new one',
  description: 'The same version and input; with `from_node` the outcomes before that node are taken over.',
  tag,
  input: Type.Object({ id: Id, from_node: Type.Optional(NodeId) }, { additionalProperties: false }),
  output: Type.Object({ id: Id }),
  permission: ['workflows:execute', 'executions:control'],
  errors: ['execution_not_found', 'execution_open', 'step_not_found', 'too_many_executions', 'executor_draining'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/executions/{id}/retry', statuses: [202] },
};

export const decideStep: Operation = {
  id: 'executions.decide',
  summary: 'Decide a step that is in doubt',
  description:
    'Nobody could find out whether its effect happened. `retry` runs it again, `succeed` takes `data` as its outcome, `skip` leaves it out, so that what only it leads to is skipped too, `fail` fails it.',
  tag,
  input: Type.Object(
    {
      id: Id,
      node: NodeId,
      iteration: Type.Optional(Iteration),
      decision: Type.Union([
        Type.Literal('retry'),
        Type.Literal('skip'),
        Type.Literal('fail'),
        Type.Literal('succeed'),
      ]),
      data: Type.Optional(Json),
    },
    { additionalProperties: false },
  ),
  output: Execution,
  permission: ['executions:control'],
  errors: ['execution_not_found', 'execution_ended', 'step_not_found', 'step_not_in_doubt'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/executions/{id}/decide' },
};

/** Every operation of this file, for the generated contract. */
export const executionOperations: readonly Operation[] = [
  runWorkflow,
  executeWorkflow,
  listExecutions,
  getExecution,
  getExecutionWorkflow,
  listEvents,
  followExecution,
  getStep,
  cancelExecution,
  retryExecution,
  decideStep,
];
