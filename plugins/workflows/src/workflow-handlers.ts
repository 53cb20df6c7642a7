import { registerOperation, reply } from '@conv3n/nexus';
import { type CallContext, isConv3nError, type JsonObject, type JsonValue } from '@conv3n/platform';
import type { WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import type { Parts } from './parts.ts';
import { validatedFile } from './validated-file.ts';
import { versionWire, workflowRowWire, workflowWire } from './views.ts';
import type { WorkflowCommand } from './workflow-decider.ts';
import {
  createWorkflow,
  deleteWorkflow,
  getVersion,
  getWorkflow,
  listVersions,
  listWorkflows,
  publishVersion,
  unpublishWorkflow,
  updateWorkflow,
} from './workflow-operations.ts';
import type { StoredWorkflow } from './workflow-store.ts';

interface Page {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Handlers of saved workflows. */
export function registerWorkflowOperations(parts: Parts): void {
  registerReading(parts);
  registerWriting(parts);
  registerPublishing(parts);
}

function registerReading({ context, store, index }: Parts): void {
  registerOperation<Page & { query?: string }>(context, listWorkflows, async ({ limit = 50, cursor, query }) => {
    const page = await store.list({
      limit,
      ...(cursor !== undefined && { after: cursor }),
      ...(query !== undefined && { query }),
    });
    const items = await Promise.all(
      page.items.map(async (row) =>
        workflowRowWire(row, (await index.list({ workflowId: row.id, limit: 1 })).items[0]),
      ),
    );
    return { items, ...(page.next !== undefined && { next_cursor: page.next }) };
  });
  registerOperation<{ id: string }>(context, getWorkflow, async ({ id }) => workflowWire(await store.get(id)));
  registerOperation<{ id: string; version: number }>(context, getVersion, async ({ id, version }) =>
    workflowWire(await store.get(id, version)),
  );
  registerOperation<{ id: string } & Page>(context, listVersions, async ({ id, limit = 50, cursor }) => {
    const published = await store.publishedVersion(id);
    const rows = await store.versions(id);
    const start = cursor === undefined ? 0 : rows.findIndex((row) => row.version < Number(cursor));
    const items = start < 0 ? [] : rows.slice(start, start + limit);
    const last = items.at(-1);
    return {
      items: items.map((row) => versionWire(row, published)),
      ...(last && last.version > 1 && { next_cursor: String(last.version) }),
    };
  });
}

function registerWriting(parts: Parts): void {
  const { context, store, starter, index, blocks, compileSchema } = parts;
  const now = () => context.platform.clock.now();

  const save = async (id: string, basedOn: number, candidate: JsonObject, publish: boolean, call: CallContext) => {
    const file = validatedFile(candidate, blocks.list(), compileSchema);
    const { id: _id, ...rest } = file;
    const stored = (await store.handle(saveCommand(id, basedOn, file, call.caller.subject, now()), call.signal, {
      ...rest,
      id,
    })) as StoredWorkflow;
    return publish ? publishStored(parts, id, stored.version, call) : stored;
  };

  registerOperation<{ workflow: JsonObject; publish?: boolean }>(
    context,
    createWorkflow,
    async ({ workflow, publish = false }, call) => {
      const id = typeof workflow.id === 'string' && workflow.id !== '' ? workflow.id : context.platform.ids.next();
      const stored = await save(id, 0, workflow, publish, call);
      return reply({
        outcome: 'created',
        data: workflowWire(stored),
        headers: { location: `/api/v1/workflows/${id}` },
      });
    },
  );
  registerOperation<{ id: string; workflow: JsonObject; if_match: string; publish?: boolean }>(
    context,
    updateWorkflow,
    async ({ id, workflow, if_match, publish = false }, call) => {
      const basedOn = Number(/^(?:W\/)?"?(\d{1,9})"?$/.exec(if_match.trim())?.[1] ?? Number.NaN);
      if (Number.isNaN(basedOn) || basedOn === 0) {
        throw workflowsErrors.error(
          'workflow_version_conflict',
          `If-Match must hold the version the change is based on, such as 3; it is ${if_match}.`,
        );
      }
      return workflowWire(await save(id, basedOn, workflow, publish, call));
    },
  );
  registerOperation<{ id: string }>(context, deleteWorkflow, async ({ id }, call) => {
    const open = await index.countOpen(id);
    if (open > 0) {
      throw workflowsErrors.error(
        'workflow_busy',
        `Workflow ${id} has ${open} open execution(s). Cancel them or wait for their end, then delete.`,
      );
    }
    await store.handle({ kind: 'delete', id, by: call.caller.subject, at: now() }, call.signal);
    starter.changed(id);
    await callTriggers(parts, 'triggers.forget', { workflow_id: id });
    return reply({ outcome: 'no_content' });
  });
}

function registerPublishing(parts: Parts): void {
  const { context, store, starter } = parts;
  registerOperation<{ id: string; version: number }>(context, publishVersion, async ({ id, version }, call) =>
    workflowWire(await publishStored(parts, id, version, call)),
  );
  registerOperation<{ id: string }>(context, unpublishWorkflow, async ({ id }, call) => {
    const at = context.platform.clock.now();
    const stored = await store.handle({ kind: 'unpublish', id, by: call.caller.subject, at }, call.signal);
    starter.changed(id);
    await callTriggers(parts, 'triggers.sync', { workflow_id: id, nodes: [] });
    return workflowWire(stored as StoredWorkflow);
  });
  context.services.register(
    { name: 'workflows.published_triggers', description: 'Trigger nodes of every published version' },
    async () => {
      const found: { workflow_id: string; nodes: readonly TriggerNode[] }[] = [];
      let after: string | undefined;
      do {
        const page = await store.list({ limit: 200, ...(after !== undefined && { after }) });
        for (const row of page.items) {
          if (row.publishedVersion === null) continue;
          const file = await store.definition(row.id, row.publishedVersion);
          found.push({ workflow_id: row.id, nodes: triggerNodes(parts, file) });
        }
        after = page.next;
      } while (after !== undefined);
      return found;
    },
  );
}

/** Triggers first, since they may conflict; after a crash in between, the trigger plugin takes the published versions at its start. */
async function publishStored(parts: Parts, id: string, version: number, call: CallContext): Promise<StoredWorkflow> {
  const { context, store, starter, blocks, compileSchema } = parts;
  await store.get(id);
  const file = validatedFile(
    (await store.definition(id, version)) as unknown as JsonValue,
    blocks.list(),
    compileSchema,
  );
  await callTriggers(parts, 'triggers.sync', { workflow_id: id, nodes: triggerNodes(parts, file) });
  const at = context.platform.clock.now();
  await store.handle({ kind: 'publish', id, version, by: call.caller.subject, at }, call.signal);
  starter.changed(id);
  return store.get(id, version);
}

interface TriggerNode {
  readonly node: string;
  readonly type: string;
  readonly config: JsonObject;
}

function triggerNodes({ blocks }: Parts, file: WorkflowFile): readonly TriggerNode[] {
  return Object.entries(file.nodes)
    .filter(([, node]) => blocks.manifest(node.type)?.control === 'trigger')
    .map(([node, { type, config }]) => ({ node, type, config: config ?? {} }));
}

function saveCommand(id: string, basedOn: number, file: WorkflowFile, by: string, at: number): WorkflowCommand {
  return {
    kind: 'save',
    id,
    basedOn,
    name: file.name,
    description: file.description ?? null,
    tags: file.tags ?? [],
    triggers: [...new Set(Object.values(file.nodes).map((node) => node.type))].filter((type) =>
      ['std/webhook', 'std/cron', 'std/interval'].includes(type),
    ),
    by,
    at,
  };
}

/** A server without triggers (`conv3n run`) still saves and publishes. */
async function callTriggers({ context }: Parts, name: string, input: object): Promise<void> {
  try {
    await context.services.call(name, input, context.call);
  } catch (error) {
    if (!isConv3nError(error, 'service_not_found')) throw error;
  }
}
