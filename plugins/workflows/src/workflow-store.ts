import type { JsonValue } from '@conv3n/platform';
import {
  type CommandHandler,
  commandHandler,
  type EventStore,
  loadState,
  type StateLoaderOptions,
} from '@conv3n/potter';
import type { Storage, StorageOperation } from '@conv3n/runtime';
import type { WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import {
  type VersionRow,
  type WorkflowCommand,
  type WorkflowEvent,
  type WorkflowState,
  workflowDecider,
} from './workflow-decider.ts';

const definitions = 'workflows.definitions';
const listing = 'workflows.list';

/** A workflow as stored: its state, times and the definition of one version. Times are milliseconds since the Unix epoch. */
export interface StoredWorkflow {
  readonly id: string;
  readonly version: number;
  readonly publishedVersion: number | null;
  readonly workflow: WorkflowFile;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A row of the list of workflows. */
export interface WorkflowRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly triggers: readonly string[];
  readonly version: number;
  readonly publishedVersion: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * Workflows as event streams `workflow-<id>`. Definitions and the list row are written in the commit of the event they belong to.
 * The list is ordered by last change, newest first.
 */
export class WorkflowStore {
  readonly #storage: Storage;
  readonly #loader: StateLoaderOptions<WorkflowCommand, WorkflowEvent, WorkflowState>;
  readonly #run: CommandHandler<WorkflowCommand, WorkflowEvent, WorkflowState>;

  constructor(events: EventStore, storage: Storage) {
    this.#storage = storage;
    this.#loader = { store: events, decider: workflowDecider };
    this.#run = commandHandler(this.#loader);
  }

  /** Runs a command; with `save` the file becomes the new version. @throws as the decider */
  async handle(
    command: WorkflowCommand,
    signal: AbortSignal,
    file?: WorkflowFile,
  ): Promise<StoredWorkflow | undefined> {
    const { state } = await this.#run(streamOf(command.id), command, {
      signal,
      metadata: { actor: command.by },
      writes: ({ before, after }) => [this.#storage.asAtomicWrite(rowsOf(command.id, before, after, file))],
    });
    return state.deleted ? undefined : this.#stored(command.id, state, state.version);
  }

  /** The latest version, or the one asked for. @throws `workflow_not_found`, `workflow_version_not_found` */
  async get(id: string, version?: number): Promise<StoredWorkflow> {
    const state = await this.#existing(id);
    return this.#stored(id, state, version ?? state.version);
  }

  /** The published version's number, or null. @throws `workflow_not_found` */
  async publishedVersion(id: string): Promise<number | null> {
    return (await this.#existing(id)).publishedVersion;
  }

  /** The immutable file of one version; open executions of a deleted workflow still find theirs. @throws `workflow_version_not_found` */
  async definition(id: string, version: number): Promise<WorkflowFile> {
    const entry = await this.#storage.get(definitions, definitionKey(id, version));
    if (!entry) throw workflowsErrors.error('workflow_version_not_found', `Workflow ${id} has no version ${version}.`);
    return entry.value as unknown as WorkflowFile;
  }

  /** Newest first. @throws `workflow_not_found` */
  async versions(id: string): Promise<readonly VersionRow[]> {
    return (await this.#existing(id)).versions.toReversed();
  }

  async list(options: { readonly after?: string; readonly limit: number; readonly query?: string }): Promise<{
    readonly items: readonly WorkflowRow[];
    readonly next?: string;
  }> {
    const query = options.query?.trim().toLowerCase();
    const items: WorkflowRow[] = [];
    let after = options.after;
    for (;;) {
      const page = await this.#storage.list(listing, {
        reverse: true,
        limit: query ? 200 : options.limit,
        ...(after !== undefined && { after }),
      });
      for (const [index, entry] of page.entries.entries()) {
        const row = entry.value as unknown as WorkflowRow;
        if (
          query &&
          !row.name.toLowerCase().includes(query) &&
          !row.tags.some((tag) => tag.toLowerCase().includes(query))
        )
          continue;
        items.push(row);
        if (items.length === options.limit) {
          const more = index + 1 < page.entries.length || page.next !== undefined;
          return { items, ...(more && { next: entry.key }) };
        }
      }
      if (page.next === undefined) return { items };
      after = page.next;
    }
  }

  async #existing(id: string): Promise<WorkflowState> {
    const { state } = await loadState(this.#loader, streamOf(id), new AbortController().signal);
    if (state.version === 0 || state.deleted) {
      throw workflowsErrors.error(
        'workflow_not_found',
        `There is no workflow ${id}. \`conv3n workflow list\` shows those that exist.`,
      );
    }
    return state;
  }

  async #stored(id: string, state: WorkflowState, version: number): Promise<StoredWorkflow> {
    const { publishedVersion, createdAt, updatedAt } = state;
    return { id, version, publishedVersion, workflow: await this.definition(id, version), createdAt, updatedAt };
  }
}

/** The list row of the changed workflow, and its new definition. */
function rowsOf(
  id: string,
  before: WorkflowState,
  after: WorkflowState,
  file: WorkflowFile | undefined,
): readonly StorageOperation[] {
  const operations: StorageOperation[] = [];
  if (before.version > 0) operations.push({ kind: 'delete', namespace: listing, key: listKey(before.updatedAt, id) });
  if (!after.deleted && after.saved) {
    const { name, description, tags, triggers } = after.saved;
    const { version, publishedVersion, createdAt, updatedAt } = after;
    const row: WorkflowRow = { id, name, description, tags, triggers, version, publishedVersion, createdAt, updatedAt };
    operations.push({
      kind: 'put',
      namespace: listing,
      key: listKey(updatedAt, id),
      value: row as unknown as JsonValue,
    });
  }
  if (file) {
    const key = definitionKey(id, after.version);
    operations.push({ kind: 'put', namespace: definitions, key, value: file as unknown as JsonValue });
  }
  return operations;
}

function streamOf(id: string): string {
  return `workflow-${id}`;
}

function definitionKey(id: string, version: number): string {
  return `${id}/${String(version).padStart(8, '0')}`;
}

function listKey(time: number, id: string): string {
  return `${String(time).padStart(15, '0')}/${id}`;
}
