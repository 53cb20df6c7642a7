import type { Operation } from '@conv3n/nexus';
import { Type } from '@conv3n/platform';
import {
  Empty,
  Id,
  Json,
  Paging,
  Problem,
  page,
  Workflow,
  WorkflowCandidate,
  WorkflowListItem,
  WorkflowVersion,
} from './schemas.ts';

const tag = 'Workflows';
const VersionNumber = Type.Integer({ minimum: 1 });

export const createWorkflow: Operation = {
  id: 'workflows.create',
  summary: 'Create a workflow from its file',
  tag,
  input: Type.Object(
    { workflow: WorkflowCandidate, publish: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
  output: Workflow,
  permission: ['workflows:write'],
  errors: ['workflow_invalid', 'workflow_exists', 'trigger_conflict', 'trigger_invalid'],
  idempotency: 'unsafe',
  http: {
    method: 'POST',
    path: '/workflows',
    body: 'workflow',
    query: ['publish'],
    statuses: [201],
    maxBodyBytes: 4_194_304,
  },
};

export const listWorkflows: Operation = {
  id: 'workflows.list',
  summary: 'List workflows, most recently changed first',
  tag,
  input: Type.Object(
    { ...Paging, query: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the name or a tag' })) },
    { additionalProperties: false },
  ),
  output: page(WorkflowListItem),
  permission: ['workflows:read'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/workflows' },
};

export const getWorkflow: Operation = {
  id: 'workflows.get',
  summary: 'A workflow with its latest version',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Workflow,
  permission: ['workflows:read'],
  errors: ['workflow_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/workflows/{id}' },
};

export const updateWorkflow: Operation = {
  id: 'workflows.update',
  summary: 'Save a new version',
  description:
    'Needs `If-Match` with the version the change is based on; another version in between gives 409 `workflow_version_conflict`.',
  tag,
  input: Type.Object(
    {
      id: Id,
      workflow: WorkflowCandidate,
      if_match: Type.String({
        maxLength: 32,
        description: 'The version this change is based on, such as 3 or "3"',
      }),
      publish: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  output: Workflow,
  permission: ['workflows:write'],
  errors: [
    'workflow_not_found',
    'workflow_invalid',
    'workflow_version_conflict',
    'trigger_conflict',
    'trigger_invalid',
  ],
  idempotency: 'unsafe',
  http: {
    method: 'PUT',
    path: '/workflows/{id}',
    body: 'workflow',
    query: ['publish'],
    headers: { if_match: 'If-Match' },
    maxBodyBytes: 4_194_304,
  },
};

export const deleteWorkflow: Operation = {
  id: 'workflows.delete',
  summary: 'Delete a workflow that has no open executions',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Type.Null(),
  permission: ['workflows:write'],
  errors: ['workflow_not_found', 'workflow_busy'],
  idempotency: 'idempotent',
  http: { method: 'DELETE', path: '/workflows/{id}', statuses: [204] },
};

export const validateWorkflowOperation: Operation = {
  id: 'workflows.validate',
  summary: 'Check a workflow file without storing it',
  tag,
  input: Type.Object({ workflow: WorkflowCandidate }, { additionalProperties: false }),
  output: Type.Object({ valid: Type.Boolean(), problems: Type.Array(Problem) }),
  permission: ['workflows:read'],
  idempotency: 'safe',
  http: { method: 'POST', path: '/workflows/validate', body: 'workflow', maxBodyBytes: 4_194_304 },
};

export const listVersions: Operation = {
  id: 'workflows.versions',
  summary: 'Versions of a workflow, newest first',
  tag,
  input: Type.Object(
    {
      id: Id,
      ...Paging,
    },
    { additionalProperties: false },
  ),
  output: page(WorkflowVersion),
  permission: ['workflows:read'],
  errors: ['workflow_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/workflows/{id}/versions' },
};

export const getVersion: Operation = {
  id: 'workflows.version',
  summary: 'One version of a workflow',
  tag,
  input: Type.Object({ id: Id, version: VersionNumber }, { additionalProperties: false }),
  output: Workflow,
  permission: ['workflows:read'],
  errors: ['workflow_not_found', 'workflow_version_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/workflows/{id}/versions/{version}' },
};

export const publishVersion: Operation = {
  id: 'workflows.publish',
  summary: 'Publish a version: its triggers become active, `execute` runs it',
  description:
    'Publishing an older version rolls back. The answer holds the latest version, as reading the workflow does. Two published triggers with the same method and path give 409 `trigger_conflict`.',
  tag,
  input: Type.Object({ id: Id, version: VersionNumber }, { additionalProperties: false }),
  output: Workflow,
  permission: ['workflows:write', 'triggers:write'],
  errors: [
    'workflow_not_found',
    'workflow_version_not_found',
    'workflow_invalid',
    'trigger_conflict',
    'trigger_invalid',
  ],
  idempotency: 'idempotent',
  http: { method: 'POST', path: '/workflows/{id}/versions/{version}/publish' },
};

export const unpublishWorkflow: Operation = {
  id: 'workflows.unpublish',
  summary: 'Take the published version back: triggers stop, open executions go on',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Workflow,
  permission: ['workflows:write', 'triggers:write'],
  errors: ['workflow_not_found'],
  idempotency: 'idempotent',
  http: { method: 'POST', path: '/workflows/{id}/unpublish' },
};

export const listBlocks: Operation = {
  id: 'blocks.list',
  summary: 'Every block with its manifest: schema, ports, effect, docs',
  tag: 'Blocks',
  input: Empty,
  output: Type.Object({ items: Type.Array(Json) }),
  permission: ['workflows:read'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/blocks' },
};

export const evaluateExpression: Operation = {
  id: 'expressions.evaluate',
  summary: 'Evaluate an expression on given or recorded data',
  description:
    'With `execution_id` and `node` the roots are those the node saw; `roots` overrides single ones. Nothing is stored.',
  tag: 'Expressions',
  input: Type.Object(
    {
      expression: Type.String({ maxLength: 10_000 }),
      roots: Type.Optional(Type.Record(Json)),
      execution_id: Type.Optional(Id),
      node: Type.Optional(Type.String({ maxLength: 64 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ value: Json }),
  permission: ['workflows:read', 'executions:read'],
  errors: [
    'expression_syntax',
    'expression_unknown_name',
    'expression_forbidden',
    'expression_null_access',
    'expression_type',
    'expression_limit',
    'execution_not_found',
  ],
  idempotency: 'safe',
  http: { method: 'POST', path: '/expressions/evaluate' },
  example: { expression: '{{ $input.default.price * 2 }}', roots: { $input: { default: { price: 21 } } } },
};

/** Every operation of this file, for the generated contract. */
export const workflowOperations: readonly Operation[] = [
  createWorkflow,
  listWorkflows,
  getWorkflow,
  updateWorkflow,
  deleteWorkflow,
  validateWorkflowOperation,
  listVersions,
  getVersion,
  publishVersion,
  unpublishWorkflow,
  listBlocks,
  evaluateExpression,
];
