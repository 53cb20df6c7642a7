/**
 * A further write that commits in the same transaction as something else: a projection row, an outbox entry, a storage key.
 * It is made by an adapter and understood by adapters that share its database; everyone between only carries it.
 */
export interface AtomicWrite {
  /** Names the database the write belongs to, such as `sqlite:/data/conv3n.db` or `memory`. A store refuses a foreign one. */
  readonly backend: string;
  /** Performs the write inside the open transaction. Synchronous on embedded databases. */
  apply(transaction: unknown): void;
}
