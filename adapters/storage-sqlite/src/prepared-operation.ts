import type { Clock } from '@conv3n/platform';
import { checkRevision, checkStorageKey, type StorageOperation, storedValue } from '@conv3n/runtime';
import type { SqliteTransaction } from '@conv3n/sqlite';
import { encodeKey } from './sortable-key.ts';

const find = `select revision from storage where namespace = ? and key = ? and (expires_at is null or expires_at > ?)`;
const put = `insert or replace into storage (namespace, key, revision, expires_at, value) values (?, ?, ?, ?, ?)`;
const remove = `delete from storage where namespace = ? and key = ?`;

/** Checked and serialised when it was asked for, so a later change of the value has no effect. */
export interface PreparedOperation {
  readonly operation: StorageOperation;
  readonly key: Uint8Array;
  readonly text: string;
}

/** @throws Conv3nError `invalid_storage_key`, `value_not_json`, `value_too_large` */
export function prepareOperation(operation: StorageOperation): PreparedOperation {
  const { namespace, key } = operation;
  checkStorageKey(namespace, key);
  const text = operation.kind === 'put' ? storedValue(namespace, key, operation.value).text : '';
  return { operation, key: encodeKey(key), text };
}

/** Performs one operation in the open transaction. @throws Conv3nError `revision_conflict` */
export function performOperation(transaction: SqliteTransaction, prepared: PreparedOperation, clock: Clock): void {
  const { operation, key, text } = prepared;
  const { namespace } = operation;
  const now = clock.now();
  const found = Number(transaction.prepare(find).get(namespace, key, now)?.['revision'] ?? 0);
  checkRevision(operation, found);
  if (operation.kind === 'delete') {
    transaction.prepare(remove).run(namespace, key);
    return;
  }
  const expiresAt = operation.ttlMs === undefined ? null : Math.ceil(now + operation.ttlMs);
  transaction.prepare(put).run(namespace, key, found + 1, expiresAt, text);
}
