import type { AtomicWrite } from '@conv3n/platform';
import { type SqliteDatabase, type SqlRow, type SqlValue, sqliteAtomicWrite } from '@conv3n/sqlite';
import type { ExecutionIndex, ExecutionQuery, ExecutionStatus, ExecutionSummary } from '@conv3n/workflow';

/** By number; the first four are open. Never reorder. */
const statuses: readonly ExecutionStatus[] = [
  'queued',
  'running',
  'waiting',
  'in_doubt',
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
];

/** By number. Never reorder. */
const triggers: readonly ExecutionSummary['trigger'][] = [
  'api',
  'cli',
  'webhook',
  'cron',
  'interval',
  'workflow',
  'retry',
];

const upsert = `insert into execution (id, workflow, version, name, status, trigger, created, started, finished, error)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update set status = excluded.status, started = excluded.started, finished = excluded.finished,
    error = excluded.error, workflow = excluded.workflow, version = excluded.version, name = excluded.name,
    trigger = excluded.trigger`;

const columns = 'id, workflow, version, name, status, trigger, created, started, finished, error';

/** The list of executions in `database`, which was opened with `executionIndexMigrations`. */
export function sqliteExecutionIndex(database: SqliteDatabase): ExecutionIndex {
  const rows = (sql: string, values: readonly SqlValue[]) =>
    database.read((reader) => reader.prepare(sql).all(...values));
  return {
    backend: database.backend,
    put: (summary): AtomicWrite =>
      sqliteAtomicWrite(database, (transaction) => {
        transaction.prepare(upsert).run(...valuesOf(summary));
      }),
    remove: (ids) =>
      sqliteAtomicWrite(database, (transaction) => {
        const statement = transaction.prepare('delete from execution where id = ?');
        for (const id of ids) statement.run(toBytes(id));
      }),
    async get(id) {
      const [row] = rows(`select ${columns} from execution where id = ?`, [toBytes(id)]);
      return row && toSummary(row);
    },
    async list(query) {
      const limit = Math.min(Math.max(1, query.limit ?? 50), 200);
      const { where, values } = filter(query);
      const found = rows(`select ${columns} from execution where ${where} order by id desc limit ?`, [
        ...values,
        limit + 1,
      ]);
      const items = found.slice(0, limit).map(toSummary);
      const last = items[items.length - 1];
      return found.length > limit && last ? { items, next: last.id } : { items };
    },
    async open({ after, limit }) {
      const sql = 'select id from execution where status < 4 and id > ? order by id limit ?';
      return rows(sql, [after === undefined ? nothing : toBytes(after), limit]).map(idOf);
    },
    async expired({ before, keep, limit }) {
      const found = new Set<string>();
      if (keep !== undefined) {
        const [row] = rows('select count(*) as ended from execution where status >= 4', []);
        const surplus = Math.max(0, Number(row?.['ended'] ?? 0) - keep);
        const oldest = 'select id from execution where status >= 4 order by id limit ?';
        for (const row of rows(oldest, [Math.min(surplus, limit)])) found.add(idOf(row));
      }
      if (before !== undefined) {
        // What finished before a moment was created before it, so the search ends there.
        const sql = 'select id from execution where status >= 4 and finished < ? and id < ? order by id limit ?';
        for (const row of rows(sql, [before, firstIdAt(before), limit])) found.add(idOf(row));
      }
      return [...found].sort().slice(0, limit);
    },
    async countOpen(workflowId) {
      const [row] =
        workflowId === undefined
          ? rows('select count(*) as open from execution where status < 4', [])
          : rows('select count(*) as open from execution where status < 4 and workflow = ?', [workflowId]);
      return Number(row?.['open'] ?? 0);
    },
  };
}

function filter(query: ExecutionQuery): { readonly where: string; readonly values: readonly SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, value: SqlValue) => {
    conditions.push(condition);
    values.push(value);
  };
  if (query.after !== undefined) add('id < ?', toBytes(query.after));
  if (query.workflowId !== undefined) add('workflow = ?', query.workflowId);
  if (query.status !== undefined) {
    const status = statuses.indexOf(query.status);
    // The literal lets SQLite use the partial index of open executions.
    if (status < 4) conditions.push('status < 4');
    add('status = ?', status);
  }
  if (query.from !== undefined) add('created >= ?', query.from);
  if (query.to !== undefined) add('created < ?', query.to);
  return { where: conditions.join(' and ') || 'true', values };
}

function valuesOf(summary: ExecutionSummary): SqlValue[] {
  return [
    toBytes(summary.id),
    summary.workflowId,
    summary.workflowVersion,
    summary.workflowName,
    statuses.indexOf(summary.status),
    triggers.indexOf(summary.trigger),
    summary.createdAt,
    summary.startedAt,
    summary.finishedAt,
    summary.errorCode,
  ];
}

function toSummary(row: SqlRow): ExecutionSummary {
  const number = (value: SqlValue | undefined) => (value === null || value === undefined ? null : Number(value));
  const text = (value: SqlValue | undefined) => (typeof value === 'string' ? value : null);
  return {
    id: idOf(row),
    workflowId: text(row['workflow']),
    workflowVersion: number(row['version']),
    workflowName: text(row['name']) ?? '',
    status: statuses[Number(row['status'])] ?? 'failed',
    trigger: triggers[Number(row['trigger'])] ?? 'api',
    createdAt: Number(row['created']),
    startedAt: number(row['started']),
    finishedAt: number(row['finished']),
    errorCode: text(row['error']),
  };
}

const nothing = new Uint8Array(0);

/** The 16 bytes of a UUID; anything else gives bytes that match no row. */
function toBytes(id: string): Uint8Array {
  return Uint8Array.from(Buffer.from(id.replaceAll('-', ''), 'hex'));
}

function idOf(row: SqlRow): string {
  const hex = Buffer.from(row['id'] as Uint8Array).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** No UUIDv7 of that millisecond or later is smaller. */
function firstIdAt(time: number): Uint8Array {
  return Uint8Array.from(Buffer.from(Math.max(0, Math.floor(time)).toString(16).padStart(12, '0'), 'hex'));
}
