import type { AtomicWrite, Platform } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';
import type { Storage, StorageEntry, StorageOperation, StoragePage } from './storage.ts';
import { checkRevision, checkStorageKey, pageSize, storedValue } from './storage-rules.ts';

/** Entries with an expiry looked at per write, so that purging never stalls one. */
const purgedPerWrite = 16;

/** What a transaction on the `memory` backend offers a further write: a way back when a later part of it fails. */
interface MemoryTransaction {
  onUndo(listener: () => void): void;
}

function isMemoryTransaction(value: unknown): value is MemoryTransaction {
  return typeof value === 'object' && value !== null && 'onUndo' in value && typeof value.onUndo === 'function';
}

class Namespace {
  readonly entries = new Map<string, StorageEntry>();
  #sorted: string[] | undefined;

  put(entry: StorageEntry): void {
    if (!this.entries.has(entry.key)) this.#sorted = undefined;
    this.entries.set(entry.key, entry);
  }

  remove(key: string): void {
    if (this.entries.delete(key)) this.#sorted = undefined;
  }

  sortedKeys(): readonly string[] {
    this.#sorted ??= Array.from(this.entries.keys()).sort();
    return this.#sorted;
  }
}

class MemoryStorage implements Storage {
  readonly backend = 'memory';
  readonly #clock: Platform['clock'];
  readonly #namespaces = new Map<string, Namespace>();
  readonly #expiring = new Set<StorageEntry & { readonly namespace: string }>();
  #closed = false;

  constructor(clock: Platform['clock']) {
    this.#clock = clock;
  }

  async get(namespace: string, key: string): Promise<StorageEntry | undefined> {
    this.#checkOpen();
    checkStorageKey(namespace, key);
    return this.#find(namespace, key);
  }

  async getMany(namespace: string, keys: readonly string[]): Promise<readonly (StorageEntry | undefined)[]> {
    this.#checkOpen();
    for (const key of keys) checkStorageKey(namespace, key);
    return keys.map((key) => this.#find(namespace, key));
  }

  async write(operations: readonly StorageOperation[]): Promise<void> {
    this.#apply(operations);
  }

  asAtomicWrite(operations: readonly StorageOperation[]): AtomicWrite {
    return {
      backend: this.backend,
      apply: (transaction) => {
        const undo = this.#apply(operations);
        if (isMemoryTransaction(transaction)) transaction.onUndo(undo);
      },
    };
  }

  async list(
    namespace: string,
    options: {
      readonly prefix?: string;
      readonly after?: string;
      readonly limit?: number;
      readonly reverse?: boolean;
    } = {},
  ): Promise<StoragePage> {
    this.#checkOpen();
    checkStorageKey(namespace, 'any');
    const { prefix = '', after, reverse = false } = options;
    const limit = pageSize(options.limit);
    const keys = this.#namespaces.get(namespace)?.sortedKeys() ?? [];
    const entries: StorageEntry[] = [];
    const start = firstIndex(keys, reverse ? after : (after ?? prefix), reverse);
    for (let index = start; index >= 0 && index < keys.length; index += reverse ? -1 : 1) {
      const key = keys[index] as string;
      if (!key.startsWith(prefix)) {
        if (reverse ? key < prefix : key > prefix) break;
        continue;
      }
      const entry = key === after ? undefined : this.#find(namespace, key);
      if (!entry) continue;
      if (entries.length === limit) return { entries, next: (entries.at(-1) as StorageEntry).key };
      entries.push(entry);
    }
    return { entries };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#namespaces.clear();
    this.#expiring.clear();
  }

  #checkOpen(): void {
    if (this.#closed) throw runtimeErrors.error('storage_closed', 'The storage is closed. Open a new one.');
  }

  #find(namespace: string, key: string): StorageEntry | undefined {
    const entry = this.#namespaces.get(namespace)?.entries.get(key);
    return entry && (entry.expiresAt ?? Number.POSITIVE_INFINITY) > this.#clock.now() ? entry : undefined;
  }

  /** Applies all operations or none; returns the way back. */
  #apply(operations: readonly StorageOperation[]): () => void {
    this.#checkOpen();
    const undo: (() => void)[] = [];
    const rollback = (): void => {
      for (const step of undo.reverse()) step();
    };
    try {
      for (const operation of operations) undo.push(this.#perform(operation));
    } catch (error) {
      rollback();
      throw error;
    }
    this.#purge();
    return rollback;
  }

  #perform(operation: StorageOperation): () => void {
    const { namespace: name, key } = operation;
    checkStorageKey(name, key);
    const found = this.#find(name, key);
    checkRevision(operation, found?.revision ?? 0);
    let namespace = this.#namespaces.get(name);
    if (!namespace) {
      namespace = new Namespace();
      this.#namespaces.set(name, namespace);
    }
    const target = namespace;
    if (operation.kind === 'delete') {
      target.remove(key);
    } else {
      const { value } = storedValue(name, key, operation.value);
      const entry = Object.freeze({
        key,
        value,
        revision: (found?.revision ?? 0) + 1,
        ...(operation.ttlMs !== undefined && { expiresAt: this.#clock.now() + operation.ttlMs }),
      });
      target.put(entry);
      if (entry.expiresAt !== undefined) this.#expiring.add({ ...entry, namespace: name });
    }
    return () => (found ? target.put(found) : target.remove(key));
  }

  #purge(): void {
    const now = this.#clock.now();
    for (const expiring of Array.from(this.#expiring.values().take(purgedPerWrite))) {
      this.#expiring.delete(expiring);
      const namespace = this.#namespaces.get(expiring.namespace);
      const current = namespace?.entries.get(expiring.key);
      if (!namespace || current?.revision !== expiring.revision || current.expiresAt !== expiring.expiresAt) continue;
      if (current.expiresAt !== undefined && current.expiresAt <= now) namespace.remove(expiring.key);
      else this.#expiring.add(expiring);
    }
  }
}

/** Index of the first key at or after `bound`; when reversed, of the last key before it (of all without a bound). */
function firstIndex(keys: readonly string[], bound: string | undefined, reverse: boolean): number {
  if (bound === undefined) return reverse ? keys.length - 1 : 0;
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < bound) low = middle + 1;
    else high = middle;
  }
  return reverse ? low - 1 : low;
}

/** The storage port in memory: complete, bounded in value size, gone with the process. */
export function memoryStorage(platform: Pick<Platform, 'clock'>): Storage {
  return new MemoryStorage(platform.clock);
}
