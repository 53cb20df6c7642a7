import type { Operation } from '@conv3n/nexus';
import { Type } from '@conv3n/platform';
import { triggerTypes } from './trigger-record.ts';

const tag = 'Triggers';
const Id = Type.String({ minLength: 1, maxLength: 140 });
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const TriggerType = Type.Union(triggerTypes.map((type) => Type.Literal(type)));
const Config = Type.Record(Type.Unknown());

const Trigger = Type.Object(
  {
    id: Id,
    workflow_id: Type.String(),
    node: Type.Union([Type.String(), Type.Null()]),
    type: TriggerType,
    config: Config,
    enabled: Type.Boolean(),
    url: Type.Optional(Type.String()),
    next_at: NullableTime,
    last_fired_at: NullableTime,
    created_at: Time,
    updated_at: Time,
  },
  { title: 'Trigger' },
);

export const listTriggers: Operation = {
  id: 'triggers.list',
  summary: 'List triggers',
  tag,
  input: Type.Object(
    {
      workflow_id: Type.Optional(Type.String({ maxLength: 64 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ items: Type.Array(Trigger), next_cursor: Type.Optional(Type.String()) }),
  permission: ['workflows:read'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/triggers' },
};

export const createTrigger: Operation = {
  id: 'triggers.create',
  summary: 'Add a trigger to a workflow that has no such node',
  description: 'It starts every start node of the published version.',
  tag,
  input: Type.Object(
    {
      workflow_id: Type.String({ minLength: 1, maxLength: 64 }),
      type: TriggerType,
      config: Config,
      enabled: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  output: Trigger,
  permission: ['triggers:write'],
  errors: ['trigger_conflict', 'trigger_invalid', 'workflow_not_found'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/triggers', statuses: [201] },
};

export const getTrigger: Operation = {
  id: 'triggers.get',
  summary: 'A trigger',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Trigger,
  permission: ['workflows:read'],
  errors: ['trigger_not_found'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/triggers/{id}' },
};

export const updateTrigger: Operation = {
  id: 'triggers.update',
  summary: 'Pause or resume a trigger, or change one that no node derives',
  tag,
  input: Type.Object(
    { id: Id, enabled: Type.Optional(Type.Boolean()), config: Type.Optional(Config) },
    { additionalProperties: false },
  ),
  output: Trigger,
  permission: ['triggers:write'],
  errors: ['trigger_not_found', 'trigger_derived', 'trigger_conflict', 'trigger_invalid'],
  idempotency: 'idempotent',
  http: { method: 'PUT', path: '/triggers/{id}' },
};

export const deleteTrigger: Operation = {
  id: 'triggers.delete',
  summary: 'Delete a trigger that no node derives',
  tag,
  input: Type.Object({ id: Id }, { additionalProperties: false }),
  output: Type.Null(),
  permission: ['triggers:write'],
  errors: ['trigger_not_found', 'trigger_derived'],
  idempotency: 'idempotent',
  http: { method: 'DELETE', path: '/triggers/{id}', statuses: [204] },
};

export const receiveWebhook: Operation = {
  id: 'webhooks.receive',
  summary: 'Webhook entry',
  description:
    'The method and path of a published `std/webhook`. `respond: last` answers the output of the execution as it is; `ack` answers 202 with the execution id.',
  tag: 'Webhooks',
  input: Type.Object({ path: Type.String({ maxLength: 2048 }), request: Type.Unknown() }),
  output: Type.Unknown(),
  permission: 'public',
  errors: [
    'webhook_not_found',
    'webhook_signature_invalid',
    'webhook_body_invalid',
    'webhook_payload_invalid',
    'webhook_secret_missing',
    'webhook_overloaded',
    'input_invalid',
    'input_not_json',
    'input_too_large',
    'executor_draining',
    'execution_failed',
  ],
  idempotency: 'unsafe',
  http: { method: '*', path: '/webhooks/{path...}', body: '$raw', statuses: [200, 202] },
};

/** Every operation of this package, for the generated contract. */
export const triggerOperations: readonly Operation[] = [
  listTriggers,
  createTrigger,
  getTrigger,
  updateTrigger,
  deleteTrigger,
  receiveWebhook,
];
