import type { JsonObject, JsonValue } from '@conv3n/platform';
import { type Block, type BlockManifest, defineBlock } from '@conv3n/workflow';
import Type from 'typebox';
import { closed, field } from './field.ts';
import { fileError } from './files/file-error.ts';
import { type FileJail, jailedPath } from './files/file-jail.ts';
import { failed, succeeded } from './result.ts';
import type { SqlRunner } from './sandbox-port.ts';

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
/** Below the manifest's timeout, so that the sandbox kills the statement before the engine gives the step up. */
const queryTimeoutMs = 25_000;

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
    { rows: Type.Array(Type.Object({}, { additionalProperties: true })), changes: Type.Integer() },
    closed,
  ),
  ports: { fixed: ['default'] },
  effect: { cases: [{ path: '/mode', in: [null, 'read'], effect: 'idempotent' }], otherwise: 'external' },
  example: {
    connection: 'sqlite:shop.db',
    mode: 'write',
    query: 'create table if not exists orders (id integer primary key, total real)',
  },
};

/** `std/database`: SQLite in the files directory, in a process that can be killed. */
export function databaseBlock(sandbox: SqlRunner, jail: () => Promise<FileJail>): Block<DatabaseConfig> {
  return defineBlock<DatabaseConfig>({
    manifest: databaseManifest,
    async run({ config }, context) {
      const path = config.connection.replace(/^sqlite:/, '');
      const readOnly = config.mode !== 'write';
      let file: string;
      try {
        file = await jailedPath(await jail(), path, { create: !readOnly });
      } catch (error) {
        return failed(fileError(error, path), { beforeEffect: true });
      }
      const answer = await sandbox.runSql({
        file,
        readOnly,
        sql: config.query,
        params: config.params ?? [],
        maxRows: config.maxRows ?? defaultMaxRows,
        maxBytes,
        timeoutMs: queryTimeoutMs,
        signal: context.signal,
      });
      if (answer.kind === 'succeeded') return succeeded({ rows: answer.rows, changes: answer.changes });
      return readOnly ? { ...answer, error: { ...answer.error, message: hinted(answer.error.message) } } : answer;
    },
  });
}

/** SQLite says "readonly"; the way out is the block's own field. */
function hinted(message: string): string {
  return /read-?only/i.test(message) ? `${message} Set mode to "write" to change the database.` : message;
}
