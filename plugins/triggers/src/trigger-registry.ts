import type { JsonObject, JsonValue, Platform } from '@conv3n/platform';
import type { Storage } from '@conv3n/runtime';
import { triggersErrors } from './errors.ts';
import { routeKey } from './route-table.ts';
import { nextFiring } from './schedule.ts';
import { isTriggerType, type TriggerRecord, type TriggerType } from './trigger-record.ts';

const namespace = 'triggers';
const maxTriggers = 100_000;

/** A trigger node of a workflow that is being published. */
export interface TriggerNode {
  readonly node: string;
  readonly type: string;
  readonly config: JsonObject;
}

/**
 * All triggers, kept in memory and in storage. Changes are serialised: the check for conflicting webhooks and the write that follows see the same state.
 */
export class TriggerRegistry {
  readonly #records = new Map<string, TriggerRecord>();
  readonly #storage: Storage;
  readonly #platform: Platform;
  readonly #changed: (webhooks: boolean) => void;
  #tail: Promise<unknown> = Promise.resolve();

  /** `changed` hears of every change, and whether webhooks are among what changed. */
  constructor(storage: Storage, platform: Platform, changed: (webhooks: boolean) => void) {
    this.#storage = storage;
    this.#platform = platform;
    this.#changed = changed;
  }

  /** Reads every stored trigger. */
  async load(): Promise<void> {
    let after: string | undefined;
    do {
      const page = await this.#storage.list(namespace, { limit: 1000, ...(after !== undefined && { after }) });
      for (const entry of page.entries) this.#records.set(entry.key, entry.value as unknown as TriggerRecord);
      after = page.next;
    } while (after !== undefined);
    this.#changed(true);
  }

  all(): readonly TriggerRecord[] {
    return [...this.#records.values()];
  }

  /** @throws `trigger_not_found` */
  get(id: string): TriggerRecord {
    const record = this.#records.get(id);
    if (!record)
      throw triggersErrors.error(
        'trigger_not_found',
        `There is no trigger ${id}. \`conv3n trigger list\` shows those that exist.`,
      );
    return record;
  }

  /** @throws `trigger_conflict` when these nodes, published, would answer the same requests as another trigger */
  check(workflowId: string, nodes: readonly TriggerNode[]): void {
    const now = this.#platform.clock.now();
    const wanted = nodes.flatMap((node) => {
      const record = derivedRecord(workflowId, node, undefined, now);
      return record ? [record] : [];
    });
    const own = this.all().filter((record) => record.workflowId === workflowId && record.node !== null);
    this.#refuseConflicts(wanted, new Set(own.map((record) => record.id)));
  }

  /** Makes the derived triggers of a workflow equal to its published trigger nodes; none unpublishes. @throws `trigger_conflict`, `trigger_invalid` */
  sync(workflowId: string, nodes: readonly TriggerNode[]): Promise<void> {
    return this.#serial(async () => {
      const now = this.#platform.clock.now();
      const next = new Map<string, TriggerRecord>();
      for (const node of nodes) {
        const id = `${workflowId}.${node.node}`;
        const present = this.#records.get(id);
        const record = derivedRecord(workflowId, node, present, now);
        if (record) next.set(id, this.#scheduled(record, record === present ? present.nextAt : null));
      }
      const gone = this.all().filter(
        (record) => record.workflowId === workflowId && record.node !== null && !next.has(record.id),
      );
      this.#refuseConflicts([...next.values()], new Set([...next.keys(), ...gone.map((record) => record.id)]));
      await this.#write([...next.values()], gone);
    });
  }

  /** Adds a trigger without a node. @throws `trigger_conflict`, `trigger_invalid` */
  create(options: {
    readonly workflowId: string;
    readonly type: TriggerType;
    readonly config: JsonObject;
    readonly enabled: boolean;
  }): Promise<TriggerRecord> {
    return this.#serial(async () => {
      if (this.#records.size >= maxTriggers)
        throw triggersErrors.error('trigger_invalid', `There are ${maxTriggers} triggers already.`);
      const now = this.#platform.clock.now();
      const record = this.#scheduled(
        {
          ...options,
          id: this.#platform.ids.next(),
          node: null,
          createdAt: now,
          updatedAt: now,
          lastFiredAt: null,
          nextAt: null,
        },
        null,
      );
      this.#refuseConflicts([record], new Set([record.id]));
      await this.#write([record], []);
      return record;
    });
  }

  /** Changes state or config. @throws `trigger_not_found`, `trigger_derived`, `trigger_conflict`, `trigger_invalid` */
  update(id: string, change: { readonly enabled?: boolean; readonly config?: JsonObject }): Promise<TriggerRecord> {
    return this.#serial(async () => {
      const present = this.get(id);
      if (change.config && present.node !== null) throw derived(present);
      const record = this.#scheduled(
        {
          ...present,
          ...(change.enabled !== undefined && { enabled: change.enabled }),
          ...(change.config && { config: change.config }),
          updatedAt: this.#platform.clock.now(),
        },
        null,
      );
      this.#refuseConflicts([record], new Set([id]));
      await this.#write([record], []);
      return record;
    });
  }

  /** @throws `trigger_not_found`, `trigger_derived` */
  delete(id: string): Promise<void> {
    return this.#serial(async () => {
      const present = this.get(id);
      if (present.node !== null) throw derived(present);
      await this.#write([], [present]);
    });
  }

  /** Removes every trigger of a deleted workflow. */
  forget(workflowId: string): Promise<void> {
    return this.#serial(() =>
      this.#write(
        [],
        this.all().filter((record) => record.workflowId === workflowId),
      ),
    );
  }

  /** Plans the next firing without one now, since the workflow cannot be started. */
  skipped(id: string): Promise<void> {
    return this.#serial(async () => {
      const present = this.#records.get(id);
      if (present) await this.#write([this.#scheduled({ ...present }, null)], []);
    });
  }

  /** Records a firing and plans the next one. The record may be gone meanwhile. */
  fired(id: string, firedAt: number): Promise<void> {
    return this.#serial(async () => {
      const present = this.#records.get(id);
      if (!present) return;
      await this.#write([this.#scheduled({ ...present, lastFiredAt: firedAt }, null)], []);
    });
  }

  #scheduled(record: TriggerRecord, nextAt: number | null): TriggerRecord {
    if (record.type === 'std/webhook' || !record.enabled) return { ...record, nextAt: null };
    return { ...record, nextAt: nextAt ?? nextFiring(record, this.#platform.clock.now()) };
  }

  #refuseConflicts(records: readonly TriggerRecord[], replaced: ReadonlySet<string>): void {
    const taken = new Map<string, TriggerRecord>();
    for (const record of this.#records.values()) {
      if (record.type === 'std/webhook' && !replaced.has(record.id)) taken.set(keyOf(record), record);
    }
    for (const record of records) {
      if (record.type !== 'std/webhook') continue;
      const key = keyOf(record);
      const other = taken.get(key);
      if (other) {
        throw triggersErrors.error(
          'trigger_conflict',
          `${key} is taken: ${name(other)} and ${name(record)} would answer the same requests. Change the path or method of one, or unpublish it.`,
          { details: { triggers: [other.id, record.id], workflows: [other.workflowId, record.workflowId] } },
        );
      }
      taken.set(key, record);
    }
  }

  async #write(put: readonly TriggerRecord[], remove: readonly TriggerRecord[]): Promise<void> {
    const changed = put.filter((record) => this.#records.get(record.id) !== record);
    if (changed.length + remove.length === 0) return;
    await this.#storage.write([
      ...changed.map(
        (record) => ({ kind: 'put', namespace, key: record.id, value: record as unknown as JsonValue }) as const,
      ),
      ...remove.map((record) => ({ kind: 'delete', namespace, key: record.id }) as const),
    ]);
    const before = changed.map((record) => this.#records.get(record.id));
    for (const record of changed) this.#records.set(record.id, record);
    for (const record of remove) this.#records.delete(record.id);
    this.#changed([...changed, ...remove, ...before].some((record) => record?.type === 'std/webhook'));
  }

  #serial<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(work);
    this.#tail = Promise.allSettled([result]);
    return result;
  }
}

/** The trigger of a node: the present one when nothing changed, undefined for a node of another plugin's trigger block. */
function derivedRecord(
  workflowId: string,
  { node, type, config }: TriggerNode,
  present: TriggerRecord | undefined,
  now: number,
): TriggerRecord | undefined {
  if (!isTriggerType(type)) return undefined;
  if (present?.type === type && JSON.stringify(present.config) === JSON.stringify(config)) return present;
  return {
    id: `${workflowId}.${node}`,
    workflowId,
    node,
    type,
    config,
    enabled: present?.enabled ?? true,
    createdAt: present?.createdAt ?? now,
    updatedAt: now,
    lastFiredAt: present?.lastFiredAt ?? null,
    nextAt: null,
  };
}

function keyOf(record: TriggerRecord): string {
  return routeKey(String(record.config.method ?? 'POST'), String(record.config.path));
}

function name(record: TriggerRecord): string {
  return record.node === null ? `trigger ${record.id}` : `node ${record.node} of workflow ${record.workflowId}`;
}

function derived(record: TriggerRecord) {
  return triggersErrors.error(
    'trigger_derived',
    `Trigger ${record.id} comes from node ${record.node} of workflow ${record.workflowId}. Change the node and publish, or only pause the trigger.`,
  );
}
