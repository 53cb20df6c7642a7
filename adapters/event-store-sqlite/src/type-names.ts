import type { SqliteReader, SqliteTransaction } from '@conv3n/sqlite';

interface TypeName {
  readonly name: string;
  readonly schemaVersion: number;
}

const maxTypes = 4096;

/** Event types by number. Bounded and refilled from the table, which is the truth. */
export class TypeNames {
  readonly #byName = new Map<string, number>();
  readonly #byId = new Map<number, TypeName>();

  /** The number of a type, given out inside `transaction` when it is new. */
  intern(transaction: SqliteTransaction, name: string, schemaVersion: number): number {
    const key = `${schemaVersion} ${name}`;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const found = transaction
      .prepare('select id from event_type where name = ? and schema_version = ?')
      .get(name, schemaVersion)?.['id'] as number | undefined;
    const id = found ?? this.#insert(transaction, name, schemaVersion);
    if (this.#byName.size >= maxTypes) this.#byName.clear();
    this.#byName.set(key, id);
    if (found === undefined) {
      transaction.onUndo(() => {
        this.#byName.delete(key);
      });
    }
    return id;
  }

  name(reader: SqliteReader, id: number): TypeName {
    const known = this.#byId.get(id);
    if (known) return known;
    const row = reader.prepare('select name, schema_version from event_type where id = ?').get(id);
    const type = { name: row?.['name'] as string, schemaVersion: row?.['schema_version'] as number };
    if (this.#byId.size >= maxTypes) this.#byId.clear();
    this.#byId.set(id, type);
    return type;
  }

  #insert(transaction: SqliteTransaction, name: string, schemaVersion: number): number {
    const { lastInsertRowid } = transaction
      .prepare('insert into event_type (name, schema_version) values (?, ?)')
      .run(name, schemaVersion);
    return Number(lastInsertRowid);
  }
}
