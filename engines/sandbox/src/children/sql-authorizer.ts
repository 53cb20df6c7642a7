import { constants } from 'node:sqlite';

/** Pragmas that only read and reveal nothing beyond the schema. */
const readingPragmas = new Set([
  'table_info',
  'table_xinfo',
  'table_list',
  'index_list',
  'index_info',
  'index_xinfo',
  'foreign_key_list',
  'foreign_key_check',
  'integrity_check',
  'quick_check',
  'function_list',
  'collation_list',
  'compile_options',
]);
/** Pragmas that read without an argument and change something with one. */
const readableSettings = new Set([
  'user_version',
  'schema_version',
  'application_id',
  'encoding',
  'page_count',
  'page_size',
  'freelist_count',
  'journal_mode',
  'foreign_keys',
]);
const virtualTables = new Set(['fts5', 'rtree', 'fts5vocab']);
const deniedFunctions = new Set(['load_extension', 'fts3_tokenizer', 'readfile', 'writefile', 'edit']);

/** Why an action is refused, or undefined when it is allowed. Arguments as in `sqlite3_set_authorizer`. */
export function refusalOf(action: number, first: string | null, second: string | null): string | undefined {
  switch (action) {
    case constants.SQLITE_ATTACH:
    case constants.SQLITE_DETACH:
      return 'ATTACH, DETACH and VACUUM are not allowed: a statement reaches only its own database.';
    case constants.SQLITE_TRANSACTION:
    case constants.SQLITE_SAVEPOINT:
      return 'Transactions across statements are not possible: each statement is its own transaction.';
    case constants.SQLITE_FUNCTION:
      return deniedFunctions.has((second ?? '').toLowerCase()) ? `The function ${second} is not allowed.` : undefined;
    case constants.SQLITE_CREATE_VTABLE:
      return virtualTables.has((second ?? '').toLowerCase())
        ? undefined
        : `Virtual tables of type ${second} are not allowed.`;
    case constants.SQLITE_PRAGMA:
      return pragmaRefusal((first ?? '').toLowerCase(), second);
    default:
      return undefined;
  }
}

function pragmaRefusal(name: string, argument: string | null): string | undefined {
  if (readingPragmas.has(name) || (readableSettings.has(name) && argument === null)) return undefined;
  return `PRAGMA ${name} is not allowed. Pragmas that change settings or files are refused.`;
}
