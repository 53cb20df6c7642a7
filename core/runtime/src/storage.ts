import type { AtomicWrite, JsonValue } from '@conv3n/platform';

export interface StorageEntry {
  readonly key: string;
  readonly value: JsonValue;
  /** Rises with every write of the key; 1 at first. */
  readonly revision: number;
  /** Milliseconds since the Unix epoch; absent means for ever. */
  readonly expiresAt?: number;
}

export type StorageOperation =
  | {
      readonly kind: 'put';
      readonly namespace: string;
      readonly key: string;
      readonly value: JsonValue;
      /** The key's revision must be this; 0 means it must not exist. */
      readonly ifRevision?: number;
      readonly ttlMs?: number;
    }
  | { readonly kind: 'delete'; readonly namespace: string; readonly key: string; readonly ifRevision?: number };

export interface StoragePage {
  readonly entries: readonly StorageEntry[];
  /** Pass as `after` for the next page; absent at the end. */
  readonly next?: string;
}

/**
 * Port: durable key-value storage in namespaces. Contract suite: `storageContract` in `@conv3n/runtime/testing`.
 *
 * I1 A write resolves after its commit. I2 A batch is atomic: one failed `ifRevision` (`revision_conflict`) leaves nothing of it.
 * I3 Keys list in code-unit order. I4 An expired key is never returned.
 */
export interface Storage {
  /** Names the database, for `AtomicWrite.backend`. */
  readonly backend: string;
  get(namespace: string, key: string): Promise<StorageEntry | undefined>;
  getMany(namespace: string, keys: readonly string[]): Promise<readonly (StorageEntry | undefined)[]>;
  /** @throws Conv3nError `revision_conflict`, `value_too_large`, `storage_closed` */
  write(operations: readonly StorageOperation[]): Promise<void>;
  /** The same operations as a write that another adapter of this database commits with its own. */
  asAtomicWrite(operations: readonly StorageOperation[]): AtomicWrite;
  list(
    namespace: string,
    options?: {
      readonly prefix?: string;
      readonly after?: string;
      readonly limit?: number;
      readonly reverse?: boolean;
    },
  ): Promise<StoragePage>;
  close(): Promise<void>;
}
