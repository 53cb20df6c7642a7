import { type JsonSchema, Type } from '@conv3n/platform';

/** JSON Schemas that several operations share. Times are RFC 3339 UTC with milliseconds. */
export const Time = Type.String({ format: 'date-time' });
export const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
export const Json = Type.Unknown();
export const Empty = Type.Object({}, { additionalProperties: false });

export const Paging = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: 'At most this many items; 50 when absent' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'next_cursor of the page before' })),
};

export function page(item: JsonSchema) {
  return Type.Object({ items: Type.Array(item), next_cursor: Type.Optional(Type.String()) });
}

/** The workflow file is checked by core/workflow, which names every problem with its path; the schema here only describes it. */
export const WorkflowDocument = Type.Object(
  {
    schema: Type.Literal('conv3n.workflow/v1'),
    name: Type.String(),
    nodes: Type.Record(Json),
    edges: Type.Array(Json),
  },
  {
    title: 'WorkflowFile',
    description: 'A workflow file, version 1. `workflows.validate` tells everything that is wrong with one.',
  },
);

/** Accepts anything that is an object, so that validation can answer with paths and suggestions. */
export const WorkflowCandidate = Type.Object({}, { title: 'WorkflowFile', additionalProperties: true });

export const Workflow = Type.Object(
  {
    id: Id,
    version: Type.Integer(),
    published_version: Type.Union([Type.Integer(), Type.Null()]),
    workflow: WorkflowDocument,
    created_at: Time,
    updated_at: Time,
  },
  { title: 'Workflow' },
);

export const WorkflowListItem = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: Type.Optional(Type.String()),
    tags: Type.Array(Type.String()),
    version: Type.Integer(),
    published_version: Type.Union([Type.Integer(), Type.Null()]),
    triggers: Type.Array(Type.String()),
    created_at: Time,
    updated_at: Time,
    last_execution: Type.Optional(Type.Object({ id: Id, status: Type.String(), created_at: Time })),
  },
  { title: 'WorkflowListItem' },
);

export const WorkflowVersion = Type.Object(
  {
    version: Type.Integer(),
    name: Type.String(),
    published: Type.Boolean(),
    created_at: Time,
    created_by: Type.String(),
  },
  { title: 'WorkflowVersion' },
);

export const ErrorDetail = Type.Object(
  {
    code: Type.String(),
    message: Type.String(),
    kind: Type.String(),
    retryable: Type.Boolean(),
    violations: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), code: Type.String(), message: Type.String() })),
    ),
    details: Type.Optional(Type.Record(Json)),
  },
  { title: 'ErrorDetail' },
);

export const executionStatuses = [
  'queued',
  'running',
  'waiting',
  'in_doubt',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const;
export const ExecutionStatus = Type.Union(executionStatuses.map((status) => Type.Literal(status)));

const NullableTime = Type.Union([Time, Type.Null()]);
const NullableId = Type.Union([Id, Type.Null()]);
const NullableInteger = Type.Union([Type.Integer(), Type.Null()]);

export const Step = Type.Object(
  {
    node: Type.String(),
    type: Type.String(),
    status: Type.String(),
    attempts: Type.Integer(),
    iteration: Type.Optional(Type.Array(Type.Integer())),
    input: Type.Optional(Json),
    data: Json,
    port: Type.Union([Type.String(), Type.Null()]),
    error: Type.Union([ErrorDetail, Type.Null()]),
    logs: Type.Optional(Type.Array(Type.Object({ level: Type.String(), message: Type.String() }))),
    started_at: NullableTime,
    finished_at: NullableTime,
  },
  { title: 'Step' },
);

export const ExecutionSummary = Type.Object(
  {
    id: Id,
    workflow_id: NullableId,
    workflow_version: NullableInteger,
    workflow_name: Type.String(),
    status: ExecutionStatus,
    trigger: Type.String(),
    created_at: Time,
    started_at: NullableTime,
    finished_at: NullableTime,
    duration_ms: Type.Union([Type.Number(), Type.Null()]),
    error_code: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'ExecutionSummary' },
);

export const Execution = Type.Object(
  {
    id: Id,
    workflow_id: NullableId,
    workflow_version: NullableInteger,
    workflow_name: Type.String(),
    status: ExecutionStatus,
    trigger: Type.Object({
      kind: Type.String(),
      node: Type.Optional(Type.String()),
      trigger_id: Type.Optional(Type.String()),
      parent_execution_id: Type.Optional(Type.String()),
    }),
    input: Json,
    output: Json,
    error: Type.Union([ErrorDetail, Type.Null()]),
    created_at: Time,
    started_at: NullableTime,
    finished_at: NullableTime,
    steps: Type.Array(Step),
  },
  { title: 'Execution' },
);

export const ExecutionEvent = Type.Object(
  { version: Type.Integer(), type: Type.String(), time: Time, data: Json },
  { title: 'ExecutionEvent' },
);

export const Problem = Type.Object(
  {
    path: Type.String(),
    code: Type.String(),
    message: Type.String(),
    suggestion: Type.Optional(Type.String()),
    position: Type.Optional(
      Type.Object(
        { offset: Type.Integer(), length: Type.Integer() },
        { description: 'In the text at `path`, in UTF-16 units' },
      ),
    ),
  },
  { title: 'Problem' },
);
