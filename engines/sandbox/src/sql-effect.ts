const reading = new Set(['select', 'values', 'explain']);
const writing = new Set(['insert', 'update', 'delete', 'replace']);

/**
 * True when a SQLite statement certainly only reads: SELECT, VALUES, EXPLAIN, or WITH around them. Anything else, and
 * everything not understood, counts as writing. Linear in the length of the text; does not need the database.
 */
export function isReadOnlySql(sql: string): boolean {
  const words = topLevelWords(sql);
  const first = words.next().value;
  if (first === undefined) return false;
  if (first !== 'with') return reading.has(first);
  for (const word of words) {
    if (writing.has(word)) return false;
    if (reading.has(word)) return true;
  }
  return false;
}

/** Lower-case words outside parentheses, quotes and comments. */
function* topLevelWords(sql: string): Generator<string, undefined> {
  let depth = 0;
  let at = 0;
  while (at < sql.length) {
    const char = sql[at] as string;
    if (sql.startsWith('--', at)) at = after(sql, '\n', at);
    else if (sql.startsWith('/*', at)) at = after(sql, '*/', at + 2);
    else if (char === "'" || char === '"' || char === '`') at = after(sql, char, at + 1);
    else if (char === '[') at = after(sql, ']', at + 1);
    else if (isWordPart(char)) {
      const start = at;
      while (at < sql.length && isWordPart(sql[at] as string)) at += 1;
      if (depth === 0) yield sql.slice(start, at).toLowerCase();
    } else {
      if (char === '(') depth += 1;
      else if (char === ')') depth -= 1;
      at += 1;
    }
  }
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

function isWordPart(char: string): boolean {
  return /[\p{L}\p{N}_$]/u.test(char);
}
