import { defineErrors } from '@conv3n/platform';

/** Error codes of this package. */
export const sqliteErrors = defineErrors({
  database_locked: {
    kind: 'unavailable',
    description: 'Another process holds the database file. Stop it, or choose another data directory.',
  },
  database_not_writable: {
    kind: 'precondition',
    description: 'The database file or its directory cannot be written by this process.',
  },
  database_corrupt: {
    kind: 'internal',
    description: 'The file is not a SQLite database or is damaged. Restore a backup.',
  },
  database_newer: {
    kind: 'precondition',
    description: 'The database was migrated by a newer version of the program. Run that version, or restore a backup.',
  },
  migration_failed: { kind: 'internal', description: 'A numbered migration failed and was rolled back.' },
  database_full: {
    kind: 'exhausted',
    description:
      'The disk or the page limit is full; nothing of the transaction was applied. Free space and try again.',
  },
  database_io: { kind: 'unavailable', description: 'The operating system failed to read or write the database file.' },
  database_overloaded: { kind: 'exhausted', description: 'The bounded queue of writes is full. Try again later.' },
  database_closed: { kind: 'unavailable', retryable: false, description: 'The database was closed or is closing.' },
  constraint_failed: { kind: 'conflict', description: 'A row violates a constraint of the schema.' },
  database_error: { kind: 'internal', description: 'SQLite refused a statement; the cause says why.' },
  database_misuse: { kind: 'internal', description: 'The program used the database against its contract.' },
});
