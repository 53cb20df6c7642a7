import { nexusErrors, registerOperation, reply } from '@conv3n/nexus';
import { type CallContext, hasScope, type JsonObject, type JsonValue } from '@conv3n/platform';
import type { WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import type { Parts } from './parts.ts';
import type { TriggerNode } from './trigger-calls.ts';
import { acceptedFile, problemsOf, savingProblems, triggerNodes, type WorkflowProblem } from './validated-file.ts';
import { versionWire, workflowRowWire, workflowWire } from './views.ts';
import { cursorVersion, matchedVersion } from './wire-number.ts';
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
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : cursorVersion(cursor);
    const start = rows.findIndex((row) => row.version < before);
    const items = start < 0 ? [] : rows.slice(start, start + limit);
    const last = items.at(-1);
    return {
      items: items.map((row) => versionWire(row, published)),
      ...(last && last.version > 1 && { next_cursor: String(last.version) }),
    };
  });
}

function registerWriting(parts: Parts): void {
  const { context, store, starter, turns, index, triggers } = parts;
  const now = () => context.platform.clock.now();

  /** A conflict of triggers is found before anything is stored. */
  const save = async (wish: SaveWish, call: CallContext): Promise<StoredWorkflow> => {
    const { id, basedOn, file, publish } = wish;
    const nodes = triggerNodes(file, parts);
    if (publish) {
      mayPublish(call);
      await triggers.check(id, nodes);
    }
    const command = saveCommand(wish, nodes, call.caller.subject, now());
    const stored = (await store.handle(command, call.signal, { ...file, id })) as StoredWorkflow;
    return publish ? publishStored(parts, id, basedOn + 1, call) : stored;
  };

  registerOperation<{ workflow: JsonObject; publish?: boolean }>(
    context,
    createWorkflow,
    async ({ workflow, publish = false }, call) => {
      const file = acceptedFile(workflow, await savingProblems(workflow, parts, triggers));
      const id = file.id ?? context.platform.ids.next();
      const stored = await save({ id, basedOn: 0, file, publish }, call);
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
      const basedOn = matchedVersion(if_match);
      const file = acceptedFile(workflow, [
        ...otherId(workflow, id),
        ...(await savingProblems(workflow, parts, triggers)),
      ]);
      return workflowWire(await save({ id, basedOn, file, publish }, call));
    },
  );
  registerOperation<{ id: string }>(context, deleteWorkflow, ({ id }, call) =>
    turns.delete(id, async (starting) => {
      // A start whose caller still waits may be counted by both.
      const open = Math.max(await index.countOpen(id), starting);
      if (open > 0) {
        throw workflowsErrors.error(
          'workflow_busy',
          `Workflow ${id} has ${open} open execution(s). Cancel them or wait for their end, then delete.`,
        );
      }
      await store.handle({ kind: 'delete', id, by: call.caller.subject, at: now() }, call.signal);
      starter.changed(id);
      await triggers.forget(id);
      return reply({ outcome: 'no_content' });
    }),
  );
}

interface SaveWish {
  readonly id: string;
  /** The version the change is based on; 0 creates. */
  readonly basedOn: number;
  readonly file: WorkflowFile;
  readonly publish: boolean;
}

/** Publishing while saving needs what publishing needs. */
function mayPublish({ caller }: CallContext): void {
  const missing = (publishVersion.permission as readonly string[]).filter((scope) => !hasScope(caller, scope));
  if (missing.length === 0) return;
  throw nexusErrors.error(
    'permission_denied',
    `Publishing needs the scope ${missing.join(', ')}, which your credential lacks. Save without publishing, or use another key.`,
    { details: { missing_scopes: missing } },
  );
}

function otherId(workflow: JsonObject, id: string): readonly WorkflowProblem[] {
  if (workflow['id'] === undefined || workflow['id'] === id) return [];
  const message = `The file has another id than the workflow ${id} it is saved to. Leave the id out, or create a workflow of its own.`;
  return [{ path: 'id', code: 'value_not_allowed', message }];
}

function registerPublishing(parts: Parts): void {
  const { context, store, starter, turns, triggers } = parts;
  registerOperation<{ id: string; version: number }>(context, publishVersion, async ({ id, version }, call) =>
    workflowWire(await publishStored(parts, id, version, call)),
  );
  registerOperation<{ id: string }>(context, unpublishWorkflow, ({ id }, call) =>
    turns.change(id, async () => {
      const at = context.platform.clock.now();
      const stored = await store.handle({ kind: 'unpublish', id, by: call.caller.subject, at }, call.signal);
      starter.changed(id);
      await triggers.sync(id, []);
      return workflowWire(stored as StoredWorkflow);
    }),
  );
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
          found.push({ workflow_id: row.id, nodes: triggerNodes(file, parts) });
        }
        after = page.next;
      } while (after !== undefined);
      return found;
    },
  );
}

/**
 * Triggers first, since they may conflict; after a crash in between, the trigger plugin takes the published versions at its start. Answers the
 * latest version, as reading the workflow does.
 */
function publishStored(parts: Parts, id: string, version: number, call: CallContext): Promise<StoredWorkflow> {
  const { context, store, starter, turns, triggers } = parts;
  return turns.change(id, async () => {
    const { workflow } = await store.get(id, version);
    const candidate = workflow as unknown as JsonValue;
    const file = acceptedFile(candidate, problemsOf(candidate, parts));
    await triggers.sync(id, triggerNodes(file, parts));
    const at = context.platform.clock.now();
    const stored = await store.handle({ kind: 'publish', id, version, by: call.caller.subject, at }, call.signal);
    starter.changed(id);
    return stored as StoredWorkflow;
  });
}

function saveCommand(
  { id, basedOn, file }: SaveWish,
  triggers: readonly TriggerNode[],
  by: string,
  at: number,
): WorkflowCommand {
  return {
    kind: 'save',
    id,
    basedOn,
    name: file.name,
    description: file.description ?? null,
    tags: file.tags ?? [],
    triggers: [...new Set(triggers.map(({ type }) => type))],
    by,
    at,
  };
}
