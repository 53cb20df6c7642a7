import type { JsonValue } from '@conv3n/platform';
import { type BlobReference, type BlobStore, isBlob, type StoredValue } from '@conv3n/workflow';

/** The owner name of an execution's blobs. */
export function blobOwner(executionId: string): string {
  return `execution-${executionId}`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keeps large values out of events: writes them to the blob store, and reads them back through a bounded cache. */
export class ValueStore {
  readonly #blobs: BlobStore;
  readonly #spillBytes: number;
  readonly #cacheBytes: number;
  /** Least recently used first. */
  readonly #cache = new Map<string, { readonly value: JsonValue; readonly bytes: number }>();
  #cached = 0;

  constructor(blobs: BlobStore, options: { readonly spillBytes: number; readonly cacheBytes: number }) {
    this.#blobs = blobs;
    this.#spillBytes = options.spillBytes;
    this.#cacheBytes = options.cacheBytes;
  }

  /** True when the value must not stand in an event: too large, or shaped like a blob reference. */
  mustSpill(value: JsonValue, size: number): boolean {
    return size > this.#spillBytes || (typeof value === 'object' && value !== null && '$blob' in value);
  }

  async spill(executionId: string, value: JsonValue): Promise<BlobReference> {
    const content = encoder.encode(JSON.stringify(value));
    const id = await this.#blobs.put(blobOwner(executionId), content);
    this.#keep(`${executionId}/${id}`, value, content.byteLength);
    return { $blob: id, bytes: content.byteLength };
  }

  async load(executionId: string, value: StoredValue): Promise<JsonValue> {
    if (!isBlob(value)) return value;
    const key = `${executionId}/${value.$blob}`;
    const found = this.#cache.get(key);
    if (found) {
      this.#cache.delete(key);
      this.#cache.set(key, found);
      return found.value;
    }
    const content = await this.#blobs.get(blobOwner(executionId), value.$blob);
    const loaded = JSON.parse(decoder.decode(content)) as JsonValue;
    this.#keep(key, loaded, content.byteLength);
    return loaded;
  }

  /** A function that gives each of `values` synchronously. */
  async loadAll(executionId: string, values: Iterable<StoredValue>): Promise<(value: StoredValue) => JsonValue> {
    const loaded = new Map<string, JsonValue>();
    for (const value of values) {
      if (isBlob(value) && !loaded.has(value.$blob)) loaded.set(value.$blob, await this.load(executionId, value));
    }
    return (value) => (isBlob(value) ? (loaded.get(value.$blob) ?? null) : value);
  }

  /** Copies a value of one execution into another's blobs. */
  async copy(from: string, to: string, value: StoredValue): Promise<StoredValue> {
    return isBlob(value) ? this.spill(to, await this.load(from, value)) : value;
  }

  #keep(key: string, value: JsonValue, bytes: number): void {
    if (bytes > this.#cacheBytes / 2) return;
    const before = this.#cache.get(key);
    if (before) this.#cached -= before.bytes;
    this.#cache.delete(key);
    this.#cache.set(key, { value, bytes });
    this.#cached += bytes;
    for (const [oldest, entry] of this.#cache) {
      if (this.#cached <= this.#cacheBytes) return;
      this.#cache.delete(oldest);
      this.#cached -= entry.bytes;
    }
  }
}

/** Gives inline values as they are; for callers that know no blob is among them. */
export function inline(value: StoredValue): JsonValue {
  return value as JsonValue;
}
