/** What node ids look like; the server holds the same rule. */
const nodeIdPattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** A free node id made from a word such as a block's type: `http_request`, `http_request_2`, ... */
export function freeNodeId(word: string, taken: ReadonlySet<string>): string {
  const base = (word.split('/').pop() ?? word).replace(/[^A-Za-z0-9_]/g, '_').slice(0, 56) || 'node';
  const stem = /^[0-9]/.test(base) ? `_${base}` : base;
  if (!taken.has(stem)) return stem;
  for (let n = 2; ; n += 1) {
    const id = `${stem.replace(/_\d+$/, '')}_${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Why an id cannot be used, or undefined when it can. */
export function nodeIdProblem(id: string, taken: ReadonlySet<string>): string | undefined {
  if (!nodeIdPattern.test(id))
    return 'Use letters, digits and underscores; start with a letter or underscore; at most 64.';
  if (taken.has(id)) return `Another node is already called ${id}.`;
  return undefined;
}
