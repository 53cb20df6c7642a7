import { type AtomicWrite, isConv3nError, type JsonValue } from '@conv3n/platform';
import type { EventStore, RecordedEvent } from '@conv3n/potter';
import type { Storage, StorageOperation } from '@conv3n/runtime';
import type { WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import { type WorkflowCommand, type WorkflowEvent, type WorkflowState, workflowDecider } from './workflow-decider.ts';

const definitions = 'workflows.definitions';
const listing = 'workflows.list';
const maxAttempts = 5;
const streamPage = 10_000;

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

/** One line of a workflow's history. */
export interface VersionRow {
  readonly version: number;
  readonly name: string;
  readonly createdAt: number;
  readonly createdBy: string;
}

interface Loaded {
  readonly state: WorkflowState;
  readonly streamVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly saves: readonly VersionRow[];
}

/**
 * Workflows as event streams `workflow-<id>`. Definitions and the list row are written in the commit of the event they belong to.
 * The list is ordered by last change, newest first.
 */
export class WorkflowStore {
  readonly #events: EventStore;
  readonly #storage: Storage;

  constructor(events: EventStore, storage: Storage) {
    this.#events = events;
    this.#storage = storage;
  }

  /** Runs a command; with `save` the file becomes the new version. Retries when another writer came first. @throws as the decider */
  async handle(command: WorkflowCommand, file?: WorkflowFile): Promise<StoredWorkflow | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#load(command.id);
      const events = workflowDecider.decide(command, before.state);
      const after = events.reduce(workflowDecider.evolve, before.state);
      if (events.length > 0) {
        try {
          await this.#events.append(
            `workflow-${command.id}`,
            before.streamVersion === 0 ? 'none' : before.streamVersion,
            events,
            {
              metadata: { actor: command.by },
              writes: this.#writes(command, before, after, file),
            },
          );
        } catch (error) {
          if (!isConv3nError(error, 'version_conflict') || attempt === maxAttempts) throw error;
          continue;
        }
      }
      return after.deleted ? undefined : this.get(command.id);
    }
  }

  /** The latest version, or the one asked for. @throws `workflow_not_found`, `workflow_version_not_found` */
  async get(id: string, version?: number): Promise<StoredWorkflow> {
    const { state, createdAt, updatedAt } = await this.#existing(id);
    const wanted = version ?? state.version;
    return {
      id,
      version: wanted,
      publishedVersion: state.publishedVersion,
      workflow: await this.definition(id, wanted),
      createdAt,
      updatedAt,
    };
  }

  /** The published version's number, or null. @throws `workflow_not_found` */
  async publishedVersion(id: string): Promise<number | null> {
    return (await this.#existing(id)).state.publishedVersion;
  }

  /** The immutable file of one version; open executions of a deleted workflow still find theirs. @throws `workflow_version_not_found` */
  async definition(id: string, version: number): Promise<WorkflowFile> {
    const entry = await this.#storage.get(definitions, definitionKey(id, version));
    if (!entry) throw workflowsErrors.error('workflow_version_not_found', `Workflow ${id} has no version ${version}.`);
    return entry.value as unknown as WorkflowFile;
  }

  /** Newest first. @throws `workflow_not_found` */
  async versions(id: string): Promise<readonly VersionRow[]> {
    return (await this.#existing(id)).saves.toReversed();
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

  async #existing(id: string): Promise<Loaded> {
    const loaded = await this.#load(id);
    if (loaded.state.version === 0 || loaded.state.deleted) {
      throw workflowsErrors.error(
        'workflow_not_found',
        `There is no workflow ${id}. \`conv3n workflow list\` shows those that exist.`,
      );
    }
    return loaded;
  }

  async #load(id: string): Promise<Loaded> {
    let state = workflowDecider.initialState;
    let streamVersion = 0;
    let createdAt = 0;
    let updatedAt = 0;
    const saves: VersionRow[] = [];
    for (;;) {
      const page = (await this.#events.readStream(`workflow-${id}`, {
        afterVersion: streamVersion,
        limit: streamPage,
      })) as readonly RecordedEvent<WorkflowEvent>[];
      for (const recorded of page) {
        const event = { type: recorded.type, data: recorded.data } as WorkflowEvent;
        state = workflowDecider.evolve(state, event);
        streamVersion = recorded.version;
        if (createdAt === 0) createdAt = event.data.at;
        updatedAt = event.data.at;
        if (event.type === 'workflow_saved') {
          saves.push({
            version: event.data.version,
            name: event.data.name,
            createdAt: event.data.at,
            createdBy: event.data.by,
          });
        }
      }
      if (page.length < streamPage) return { state, streamVersion, createdAt, updatedAt, saves };
    }
  }

  #writes(
    command: WorkflowCommand,
    before: Loaded,
    after: WorkflowState,
    file: WorkflowFile | undefined,
  ): readonly AtomicWrite[] {
    const operations: StorageOperation[] = [];
    if (before.streamVersion > 0) {
      operations.push({ kind: 'delete', namespace: listing, key: listKey(before.updatedAt, command.id) });
    }
    if (!after.deleted && after.saved) {
      const { name, description, tags, triggers } = after.saved;
      const row: WorkflowRow = {
        id: command.id,
        name,
        description,
        tags,
        triggers,
        version: after.version,
        publishedVersion: after.publishedVersion,
        createdAt: before.createdAt || command.at,
        updatedAt: command.at,
      };
      operations.push({
        kind: 'put',
        namespace: listing,
        key: listKey(command.at, command.id),
        value: row as unknown as JsonValue,
      });
    }
    if (file) {
      operations.push({
        kind: 'put',
        namespace: definitions,
        key: definitionKey(command.id, after.version),
        value: file as unknown as JsonValue,
      });
    }
    return [this.#storage.asAtomicWrite(operations)];
  }
}

function definitionKey(id: string, version: number): string {
  return `${id}/${String(version).padStart(8, '0')}`;
}

function listKey(time: number, id: string): string {
  return `${String(time).padStart(15, '0')}/${id}`;
}
