import { resolve } from 'node:path';
import { sqliteErrors } from './errors.ts';
import type { MigrationSet } from './migrations.ts';

export interface SqliteOptions {
  /** File, or `:memory:`. The directory must exist. */
  readonly path: string;
  /** `full`: a commit survives power loss. `relaxed`: it survives a crash of the process, not always power loss. @default 'full' */
  readonly flush?: 'full' | 'relaxed';
  readonly migrations: readonly MigrationSet[];
  /** How long opening waits for another process to let go of the file. @default 1000 @limit 60000 */
  readonly busyTimeoutMs?: number;
  /** Most jobs that share one transaction; the rest go into the next. @default 512 @limit 65536 */
  readonly maxGroupSize?: number;
  /** Most jobs that wait; beyond, `database_overloaded`. @default 16384 @limit 1048576 */
  readonly maxQueued?: number;
  /** Page cache. @default 4096 @limit 8192 */
  readonly cacheKiB?: number;
}

export interface ResolvedSqliteOptions extends Required<SqliteOptions> {
  /** Absolute path, or `:memory:`. */
  readonly path: string;
}

/** All options with defaults, validated. @throws Conv3nError `database_misuse` */
export function resolveSqliteOptions(options: SqliteOptions): ResolvedSqliteOptions {
  return Object.freeze({
    path: options.path === ':memory:' ? options.path : resolve(options.path),
    flush: options.flush ?? 'full',
    migrations: options.migrations,
    busyTimeoutMs: within('busyTimeoutMs', options.busyTimeoutMs ?? 1000, 0, 60_000),
    maxGroupSize: within('maxGroupSize', options.maxGroupSize ?? 512, 1, 65_536),
    maxQueued: within('maxQueued', options.maxQueued ?? 16_384, 1, 1_048_576),
    cacheKiB: within('cacheKiB', options.cacheKiB ?? 4096, 64, 8192),
  });
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw sqliteErrors.error('database_misuse', `Option ${name} is ${value}; use an integer from ${least} to ${most}.`);
}
