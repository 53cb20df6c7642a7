import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { constants, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { deserialize } from 'node:v8';
import type { Frame } from '../frame.ts';
import type { Failure } from './failure.ts';
import { refusalOf } from './sql-authorizer.ts';
import { columnText, restIsEmpty } from './sql-text.ts';

/** A failure on its way to the answer. */
class SqlFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const busyMs = 5000;

/** The failure of what {@link runStatement} threw. */
export function sqlFailureOf(cause: Error): Failure {
  if (cause instanceof SqlFailure) return { code: cause.code, message: cause.message };
  if (cause.message.startsWith('cannot VACUUM')) return { code: 'sql_denied', message: 'VACUUM is not allowed here.' };
  const { errcode } = cause as { errcode?: number };
  return { code: 'sql_error', message: cause.message, ...(errcode !== undefined && { details: { errcode } }) };
}

/**
 * Runs one statement on its own connection and gives the JSON of its result. A writing statement that fails, also for the
 * size of what it returns, is rolled back.
 *
 * @throws SqlFailure or an error of SQLite
 */
export function runStatement(frame: Pick<Frame, 'head' | 'body'>): string {
  const { head } = frame;
  const file = String(head['file']);
  checkPath(file);
  const readOnly = head['readOnly'] === true;
  const database = new DatabaseSync(file, {
    readOnly,
    timeout: busyMs,
    allowExtension: false,
    defensive: true,
    limits: { attach: 0 },
  });
  try {
    if (!readOnly) database.exec('BEGIN');
    let refusal: string | undefined;
    database.setAuthorizer((action, first, second) => {
      const found = refusalOf(action, first, second);
      refusal ??= found;
      return found === undefined ? constants.SQLITE_OK : constants.SQLITE_DENY;
    });
    try {
      const result = execute(database, String(head['sql']), deserialize(frame.body), head);
      database.setAuthorizer(null);
      if (!readOnly) database.exec('COMMIT');
      return result;
    } catch (cause) {
      throw refusal === undefined ? cause : new SqlFailure('sql_denied', refusal);
    }
  } finally {
    database.close();
  }
}

function checkPath(file: string): void {
  const parent = dirname(file);
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    real = join(realpathSync(parent), basename(file));
  }
  if (real !== file) {
    throw new SqlFailure('sql_path_changed', 'The database file is not where it was when it was checked. Try again.');
  }
}

function execute(database: DatabaseSync, sql: string, params: unknown, head: Frame['head']): string {
  const statement = database.prepare(sql, { readBigInts: true });
  const rest = sql.slice(statement.sourceSQL.length);
  if (!restIsEmpty(rest)) {
    throw new SqlFailure('sql_multiple_statements', 'The text holds more than one statement. Run them one by one.');
  }
  const values = (Array.isArray(params) ? params : [params]) as SQLInputValue[];
  if (statement.columns().length > 0) return query(statement, values, head);
  const { changes, lastInsertRowid } = statement.run(...values);
  return JSON.stringify({ changes: Number(changes), lastInsertRowid: columnText(lastInsertRowid) });
}

function query(statement: StatementSync, values: SQLInputValue[], head: Frame['head']): string {
  const maxRows = Number(head['maxRows']);
  const maxBytes = Number(head['maxBytes']);
  const parts: string[] = [];
  let bytes = 0;
  for (const row of statement.iterate(...values)) {
    const text = JSON.stringify(
      Object.fromEntries(Object.entries(row).map(([key, value]) => [key, columnText(value)])),
    );
    bytes += text.length;
    parts.push(text);
    if (parts.length > maxRows || bytes > maxBytes) {
      const limit = parts.length > maxRows ? `${maxRows} rows` : `${maxBytes} bytes`;
      throw new SqlFailure('sql_result_too_large', `The result exceeds ${limit}. Add a LIMIT or select fewer columns.`);
    }
  }
  return `{"rows":[${parts.join(',')}],"rowCount":${parts.length}}`;
}
