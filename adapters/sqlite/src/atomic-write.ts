import type { AtomicWrite } from '@conv3n/platform';
import type { SqliteDatabase } from './database.ts';
import type { SqliteTransaction } from './transaction.ts';

/** A write that any adapter of `database` commits together with its own. */
export function sqliteAtomicWrite(
  database: Pick<SqliteDatabase, 'backend'>,
  apply: (transaction: SqliteTransaction) => void,
): AtomicWrite {
  return {
    backend: database.backend,
    apply: (transaction) => apply(transaction as SqliteTransaction),
  };
}
