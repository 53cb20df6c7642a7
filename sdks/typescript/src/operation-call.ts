/** How one operation travels; generated from the contract. */
export interface OperationCall {
  readonly id: string;
  readonly method: string;
  /** Below the base, with `{field}` and `{field...}`. */
  readonly path: string;
  /** The path stands outside `/api/v1`. */
  readonly root?: boolean;
  readonly query?: readonly string[];
  /** Header names by field. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The field that is the whole body; without it the body holds the remaining fields. */
  readonly body?: string;
  /** May be repeated without an idempotency key. */
  readonly repeatable?: boolean;
}

/** A request ready to send. */
export interface EncodedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

type Input = Readonly<Record<string, unknown>>;

/** Distributes the fields of an input over path, query, headers and body. @throws TypeError when a field of the path is missing */
export function encodeCall(call: OperationCall, input: Input): EncodedRequest {
  const used = new Set<string>();
  const path = call.path.replaceAll(/\{(\w+)(\.\.\.)?\}/g, (_all, field: string, rest: string | undefined) => {
    used.add(field);
    const value = input[field];
    if (value === undefined || value === null || value === '') throw new TypeError(`${call.id} needs "${field}".`);
    return rest ? String(value).split('/').map(encodeURIComponent).join('/') : encodeURIComponent(String(value));
  });
  const headers: Record<string, string> = {};
  for (const [field, name] of Object.entries(call.headers ?? {})) {
    used.add(field);
    if (input[field] !== undefined) headers[name.toLowerCase()] = String(input[field]);
  }
  const bodyless = call.method === 'GET' || call.method === 'DELETE';
  if (call.body !== undefined) used.add(call.body);
  const rest = Object.keys(input).filter((field) => !used.has(field) && input[field] !== undefined);
  const inQuery = rest.filter((field) => bodyless || call.query?.includes(field));
  const search = new URLSearchParams();
  for (const field of inQuery) for (const value of [input[field]].flat()) search.append(field, String(value));
  const query = search.toString();
  const target = `${call.root ? '' : '/api/v1'}${path}${query === '' ? '' : `?${query}`}`;
  const body = bodyOf(call, input, bodyless ? [] : rest.filter((field) => !inQuery.includes(field)));
  if (body === undefined) return { method: call.method, target, headers };
  headers['content-type'] = 'application/json';
  return { method: call.method, target, headers, body };
}

function bodyOf(call: OperationCall, input: Input, fields: readonly string[]): string | undefined {
  if (call.body !== undefined) return input[call.body] === undefined ? undefined : JSON.stringify(input[call.body]);
  if (fields.length === 0) return undefined;
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, input[field]])));
}
