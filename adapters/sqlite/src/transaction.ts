/** A value SQLite stores. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A row by column name. */
export type SqlRow = Record<string, SqlValue>;

/** A prepared statement; parameters are positional (`?`). */
export interface Statement {
  run(...parameters: SqlValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...parameters: SqlValue[]): SqlRow | undefined;
  all(...parameters: SqlValue[]): SqlRow[];
}

/** Committed reads. Statements are cached by their text, so the text must be constant and values go in as parameters. */
export interface SqliteReader {
  prepare(sql: string): Statement;
}

/** What a write job sees: the group's open transaction with the effects of the jobs before it. */
export interface SqliteTransaction extends SqliteReader {
  /** Runs statements without parameters or results. */
  exec(sql: string): void;
  /**
   * Calls `listener` when what this job wrote is undone: the job threw, or the group's commit failed. The place to repair
   * memory that mirrors the database. Listeners run newest first and must not throw.
   */
  onUndo(listener: () => void): void;
}
