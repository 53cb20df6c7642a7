import { type RawRequest, registerOperation, reply } from '@conv3n/nexus';
import { isConv3nError, type JsonObject, type SchemaCompiler } from '@conv3n/platform';
import type { Plugin, PluginContext } from '@conv3n/runtime';
import { triggersErrors } from './errors.ts';
import type { FireExecution, FireReply, FireRequest } from './fire-execution.ts';
import { Scheduler } from './scheduler.ts';
import { configViolations } from './trigger-config.ts';
import { triggerManifests } from './trigger-manifests.ts';
import {
  createTrigger,
  deleteTrigger,
  getTrigger,
  listTriggers,
  receiveWebhook,
  updateTrigger,
} from './trigger-operations.ts';
import { isTriggerType, type TriggerRecord, type TriggerType } from './trigger-record.ts';
import { type TriggerNode, TriggerRegistry } from './trigger-registry.ts';
import { WebhookReceiver } from './webhook-receiver.ts';

export interface TriggersOptions {
  /** Base of shown webhook URLs, such as `http://127.0.0.1:3000`. */
  readonly publicUrl: () => string;
  readonly compileSchema: SchemaCompiler;
}

/**
 * Webhooks, schedules and intervals. Services beside its operations: `triggers.sync` ({workflow_id, nodes}; called by publishing, and with no nodes by
 * unpublishing), `triggers.check` (the same input; only finds conflicts), `triggers.problems` ({nodes}; what their configs get wrong) and
 * `triggers.forget` ({workflow_id}). It calls `executions.fire`, `workflows.published_triggers`, `workflows.get` and `secrets.resolve`.
 */
export function triggersPlugin(options: TriggersOptions): Plugin {
  let registry: TriggerRegistry;
  let scheduler: Scheduler;
  let started = false;
  return {
    manifest: {
      id: 'triggers',
      version: '0.1.0',
      description: 'Webhooks, schedules and intervals that start executions',
      requires: ['workflows'],
      optional: ['secrets'],
      capabilities: [
        'svc:register:triggers.*',
        'svc:register:webhooks.*',
        'svc:register:block:std/*',
        'svc:call:executions.fire',
        'svc:call:workflows.published_triggers',
        'svc:call:workflows.get',
        'svc:call:secrets.resolve',
        'store:read:triggers',
        'store:write:triggers',
      ],
    },
    async load(context) {
      const fire = fireThrough(context);
      const receiver = new WebhookReceiver({
        platform: context.platform,
        fire,
        compileSchema: options.compileSchema,
        secret: async (name) =>
          (await context.services.call<{ value: string }>('secrets.resolve', { name }, context.call)).value,
      });
      registry = new TriggerRegistry(context.storage, context.platform, (webhooks) => {
        if (webhooks) receiver.replace(registry.all());
        if (started) scheduler.plan();
      });
      scheduler = new Scheduler(registry, context, fire);
      await registry.load();
      registerServices(context, options, registry);
      registerBlocks(context);
      registerOperations(context, options, registry);
      registerOperation<{ path: string; request: RawRequest }>(
        context,
        receiveWebhook,
        ({ path, request }, call) => receiver.receive(path, request, call),
        // The wait for the execution is bounded by itself and answers 202; a deadline of the same length would answer 504.
        { deadlineMs: 0 },
      );
    },
    async start(context) {
      await reconcile(context, registry);
      started = true;
      scheduler.plan();
    },
    stop() {
      started = false;
    },
  };
}

interface NodesInput {
  readonly workflow_id: string;
  readonly nodes: readonly TriggerNode[];
}

function registerServices(context: PluginContext, options: TriggersOptions, registry: TriggerRegistry): void {
  const { services } = context;
  services.register<NodesInput, void>(
    {
      name: 'triggers.sync',
      description: 'Makes the derived triggers of a workflow equal to its published trigger nodes',
    },
    ({ workflow_id, nodes }) => registry.sync(workflow_id, nodes),
  );
  services.register<NodesInput, void>(
    { name: 'triggers.check', description: 'Refuses trigger nodes that conflict with other triggers' },
    ({ workflow_id, nodes }) => registry.check(workflow_id, nodes),
  );
  services.register<Pick<NodesInput, 'nodes'>, readonly { node: string; path: string; message: string }[]>(
    { name: 'triggers.problems', description: 'What is wrong with the configs of trigger nodes' },
    ({ nodes }) =>
      nodes.flatMap(({ node, type, config }) =>
        isTriggerType(type)
          ? configViolations(type, config, options.compileSchema).map(({ path, message }) => ({ node, path, message }))
          : [],
      ),
  );
  services.register<Pick<NodesInput, 'workflow_id'>, void>(
    { name: 'triggers.forget', description: 'Removes every trigger of a deleted workflow' },
    ({ workflow_id }) => registry.forget(workflow_id),
  );
}

/** Trigger nodes take their data from the firing; calling one is a mistake of the caller. */
function registerBlocks(context: PluginContext): void {
  for (const manifest of triggerManifests) {
    const { type, description } = manifest;
    context.services.register(
      { name: `block:${type}`, description, annotations: { block: manifest as unknown as JsonObject } },
      () => {
        throw triggersErrors.error('trigger_not_callable', `${type} starts executions; it is not called inside one.`);
      },
    );
  }
}

/** A handle is resolved at the first firing, since the workflows plugin may be restarted in between. */
function fireThrough(context: PluginContext): FireExecution {
  return (request, call) => {
    const handle = context.services.resolve<FireRequest, FireReply>('executions.fire');
    if (!handle)
      throw triggersErrors.error('webhook_overloaded', 'The workflow engine is not running. Try again shortly.');
    return handle.call(request, call);
  };
}

/** After a crash between syncing triggers and publishing (or the other way round) the published versions decide. */
async function reconcile(context: PluginContext, registry: TriggerRegistry): Promise<void> {
  const published = await context.services.call<readonly { workflow_id: string; nodes: readonly TriggerNode[] }[]>(
    'workflows.published_triggers',
    {},
    context.call,
  );
  const known = new Set(published.map((item) => item.workflow_id));
  for (const { workflow_id, nodes } of published) await registry.sync(workflow_id, nodes);
  for (const record of registry.all()) {
    if (known.has(record.workflowId)) continue;
    if (await workflowExists(context, record.workflowId)) await registry.sync(record.workflowId, []);
    else await registry.forget(record.workflowId);
  }
}

async function workflowExists(context: PluginContext, id: string): Promise<boolean> {
  try {
    await context.services.call('workflows.get', { id }, context.call);
    return true;
  } catch (error) {
    if (!isConv3nError(error, 'workflow_not_found')) throw error;
    return false;
  }
}

function registerOperations(context: PluginContext, options: TriggersOptions, registry: TriggerRegistry): void {
  const view = (record: TriggerRecord) => triggerView(record, options.publicUrl());
  registerOperation<{ workflow_id?: string; limit?: number; cursor?: string }>(
    context,
    listTriggers,
    ({ workflow_id, limit = 50, cursor }) => {
      const all = registry
        .all()
        .filter((record) => workflow_id === undefined || record.workflowId === workflow_id)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const start = cursor === undefined ? 0 : all.findIndex((record) => record.id > cursor);
      const items = start < 0 ? [] : all.slice(start, start + limit);
      const last = items.at(-1);
      const more = last !== undefined && all.at(-1)?.id !== last.id;
      return { items: items.map(view), ...(more && { next_cursor: last.id }) };
    },
  );
  registerOperation<{ workflow_id: string; type: TriggerType; config: JsonObject; enabled?: boolean }>(
    context,
    createTrigger,
    async ({ workflow_id, type, config, enabled = true }) => {
      await context.services.call('workflows.get', { id: workflow_id }, context.call);
      refuseInvalid(type, config, options.compileSchema);
      return reply({
        outcome: 'created',
        data: view(await registry.create({ workflowId: workflow_id, type, config, enabled })),
      });
    },
  );
  registerOperation<{ id: string }>(context, getTrigger, ({ id }) => view(registry.get(id)));
  registerOperation<{ id: string; enabled?: boolean; config?: JsonObject }>(
    context,
    updateTrigger,
    async ({ id, ...change }) => {
      if (change.config) refuseInvalid(registry.get(id).type, change.config, options.compileSchema);
      return view(await registry.update(id, change));
    },
  );
  registerOperation<{ id: string }>(context, deleteTrigger, async ({ id }) => {
    await registry.delete(id);
    return reply({ outcome: 'no_content' });
  });
}

function refuseInvalid(type: TriggerType, config: JsonObject, compileSchema: SchemaCompiler): void {
  const violations = configViolations(type, config, compileSchema);
  const [first] = violations;
  if (!first) return;
  throw triggersErrors.error('trigger_invalid', `config${first.path && `.${first.path}`}: ${first.message}`, {
    violations: violations.map((violation) => ({
      ...violation,
      path: violation.path === '' ? 'config' : `config.${violation.path}`,
    })),
  });
}

function triggerView(record: TriggerRecord, publicUrl: string) {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: record.id,
    workflow_id: record.workflowId,
    node: record.node,
    type: record.type,
    config: record.config,
    enabled: record.enabled,
    ...(record.type === 'std/webhook' && {
      url: `${publicUrl}/api/v1/webhooks/${String(record.config.path).replace(/^\/+/, '')}`,
    }),
    next_at: time(record.nextAt),
    last_fired_at: time(record.lastFiredAt),
    created_at: new Date(record.createdAt).toISOString(),
    updated_at: new Date(record.updatedAt).toISOString(),
  };
}
