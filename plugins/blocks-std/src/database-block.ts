import type { Clock, JsonObject, JsonValue } from '@conv3n/platform';
import { Type } from '@conv3n/platform';
import type { Sandbox, SqlParameter, SqlRequest, SqlResult } from '@conv3n/sandbox';
import { type Block, type BlockManifest, type BlockResult, defineBlock } from '@conv3n/workflow';
import { blocksStdErrors } from './errors.ts';
import { closed, field } from './field.ts';
import { fileError } from './files/file-error.ts';
import { type FileJail, jailedPath } from './files/file-jail.ts';
import { remainingMs } from './remaining-time.ts';
import { failed, succeeded } from './result.ts';

/** Config after its expressions were evaluated. */
export interface DatabaseConfig {
  readonly connection: string;
  readonly query: string;
  readonly params?: readonly JsonValue[] | JsonObject;
  readonly mode?: 'read' | 'write';
  readonly maxRows?: number;
}

const defaultMaxRows = 1000;
const maxBytes = 10 * 1024 * 1024;
const fallbackTimeoutMs = 25_000;

const config = Type.Object(
  {
    connection: Type.String({
      ...field('Database', 'A SQLite file in the files directory, with or without sqlite: before it.', {
        placeholder: 'sqlite:shop.db',
      }),
      minLength: 1,
    }),
    query: Type.String({
      ...field('Query', 'One SQL statement; values come in as parameters, never as text.', {
        mode: 'raw',
        widget: 'sql',
        language: 'sql',
        placeholder: 'select * from orders where total > ?',
      }),
      minLength: 1,
    }),
    params: Type.Optional(
      Type.Unknown(
        field('Parameters', 'A list for ?, an object for :name.', {
          widget: 'json',
          placeholder: '["{{ $input.default.total }}"]',
        }),
      ),
    ),
    mode: Type.Optional(
      Type.Enum(['read', 'write'], {
        ...field('Mode', 'Read opens the file read-only; write may change it and is never repeated blindly.', {
          mode: 'raw',
          widget: 'select',
        }),
        default: 'read',
      }),
    ),
    maxRows: Type.Optional(
      Type.Integer({
        ...field('Most rows', 'More rows are an error.', { advanced: true }),
        minimum: 1,
        maximum: 100_000,
        default: defaultMaxRows,
      }),
    ),
  },
  closed,
);

/** Manifest of `std/database`. */
export const databaseManifest: BlockManifest = {
  type: 'std/database',
  title: 'Database',
  description: 'Runs one SQL statement on a SQLite file and hands on its rows.',
  category: 'storage',
  icon: 'database',
  config,
  output: Type.Object(
    {
      rows: Type.Array(Type.Object({}, { additionalProperties: true })),
      changes: Type.Integer(),
      last_insert_rowid: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
    },
    closed,
  ),
  ports: { fixed: ['default'] },
  effect: { cases: [{ all: [{ path: '/mode', in: [null, 'read'] }], effect: 'idempotent' }], otherwise: 'external' },
  example: {
    connection: 'sqlite:shop.db',
    mode: 'write',
    query: 'create table if not exists orders (id integer primary key, total real)',
  },
};

export interface DatabaseBlockParts {
  readonly sandbox: Pick<Sandbox, 'runSql'>;
  readonly jail: () => Promise<FileJail>;
  readonly clock: Clock;
}

function isParameter(value: unknown): value is SqlParameter {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function parametersOf(params: unknown): NonNullable<SqlRequest['params']> {
  if (typeof params !== 'object' || params === null) {
    throw blocksStdErrors.error(
      'block_config_invalid',
      'The field "params" must be a list for ? or an object for :name.',
    );
  }
  for (const [name, value] of Object.entries(params)) {
    if (isParameter(value)) continue;
    const text = `The parameter "${name}" must be text, a number, true, false or null. Write JSON.stringify(...) to store other values.`;
    throw blocksStdErrors.error('block_config_invalid', text);
  }
  return params as NonNullable<SqlRequest['params']>;
}

/** SQLite says "readonly"; the way out is the block's own field. */
function hinted(message: string): string {
  return /read-?only/i.test(message) ? `${message} Set mode to "write" to change the database.` : message;
}

function resultOf(answer: SqlResult, readOnly: boolean): BlockResult {
  if (answer.kind === 'failed') {
    const { error } = answer;
    // One statement is all or nothing: unless its process ended in the middle, a failed one changed nothing.
    const beforeEffect = error.details?.['outcomeUnknown'] !== true;
    return { kind: 'failed', error: readOnly ? { ...error, message: hinted(error.message) } : error, beforeEffect };
  }
  const { data } = answer;
  return 'rows' in data
    ? succeeded({ rows: data.rows, changes: 0 })
    : succeeded({ rows: [], changes: data.changes, last_insert_rowid: data.lastInsertRowid });
}

/** `std/database`: SQLite in the files directory, in a process that can be killed. */
export function databaseBlock({ sandbox, jail, clock }: DatabaseBlockParts): Block<DatabaseConfig> {
  return defineBlock<DatabaseConfig>({
    manifest: databaseManifest,
    async run({ config }, context) {
      const path = config.connection.replace(/^sqlite:/, '');
      const readOnly = config.mode !== 'write';
      let request: SqlRequest;
      try {
        request = {
          file: await jailedPath(await jail(), path, { create: !readOnly }),
          readOnly,
          sql: config.query,
          params: parametersOf(config.params ?? []),
          maxRows: config.maxRows ?? defaultMaxRows,
          maxBytes,
          timeoutMs: remainingMs(context, clock, fallbackTimeoutMs),
          signal: context.signal,
        };
      } catch (error) {
        return failed(fileError(error, path), { beforeEffect: true });
      }
      return resultOf(await sandbox.runSql(request), readOnly);
    },
  });
}
