import type { DatabaseSync } from 'node:sqlite';
import { sqliteErrors } from './errors.ts';
import { isMachineFault } from './sqlite-error.ts';

/** The tables of one package: SQL numbered by index + 1. A published entry never changes; append a new one. */
export interface MigrationSet {
  /** Such as `event-store`; unique in a database. */
  readonly name: string;
  readonly migrations: readonly string[];
}

/**
 * Brings the database to the newest version of every set, one transaction per migration. Sets the database knows and the
 * program does not are left alone: they belong to packages that are not loaded.
 *
 * @throws Conv3nError `database_newer`, `migration_failed`, `database_misuse`
 */
export function migrate(database: DatabaseSync, sets: readonly MigrationSet[], file: string): void {
  refuseDoubles(sets);
  database.exec(
    'create table if not exists migration (name text primary key, version integer not null) strict, without rowid',
  );
  const applied = new Map(
    database
      .prepare('select name, version from migration')
      .all()
      .map((row) => [row['name'] as string, row['version'] as number]),
  );
  for (const set of sets) refuseNewer(set, applied.get(set.name) ?? 0, file);
  for (const set of sets) {
    for (let done = applied.get(set.name) ?? 0; done < set.migrations.length; done++) {
      apply(database, set, done + 1, file);
    }
  }
}

function refuseDoubles(sets: readonly MigrationSet[]): void {
  const names = new Set<string>();
  for (const { name } of sets) {
    if (names.has(name)) {
      throw sqliteErrors.error('database_misuse', `Two migration sets are named "${name}". Pass each set once.`);
    }
    names.add(name);
  }
}

function refuseNewer(set: MigrationSet, version: number, file: string): void {
  if (version <= set.migrations.length) return;
  throw sqliteErrors.error(
    'database_newer',
    `Database ${file} has version ${version} of "${set.name}", this program knows ${set.migrations.length}. ` +
      'Run the newer program, or restore a backup from before the upgrade.',
    { details: { file, set: set.name, found: version, known: set.migrations.length } },
  );
}

function apply(database: DatabaseSync, set: MigrationSet, version: number, file: string): void {
  database.exec('begin immediate');
  try {
    database.exec(set.migrations[version - 1] as string);
    database.prepare('insert or replace into migration (name, version) values (?, ?)').run(set.name, version);
    database.exec('commit');
  } catch (cause) {
    if (database.isTransaction) database.exec('rollback');
    // A full disk or a lock is not the migration's fault; the opener names it and what to do.
    if (isMachineFault(cause)) throw cause;
    throw sqliteErrors.error(
      'migration_failed',
      `Migration ${version} of "${set.name}" failed on ${file} and was rolled back: ${(cause as Error).message}.`,
      { cause, details: { file, set: set.name, version } },
    );
  }
}
