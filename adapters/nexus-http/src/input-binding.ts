import { parse as parseQuery } from 'node:querystring';
import { type Coercion, coercionOf, nexusErrors, type Operation, pathFields, type RawRequest } from '@conv3n/nexus';
import { isRecord } from '@conv3n/platform';

/** The parts of a request as the wire has them. */
export interface WireParts {
  readonly method: string;
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly queryString: string;
  readonly pathValues: readonly string[];
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly remoteAddress: string;
}

/** How the input of one operation is made of the parts of a request. */
export interface InputBinding {
  /** What to do with the body: nothing, parse it as JSON, or take its bytes. */
  readonly body: 'none' | 'json' | 'raw';
  /** The input. `body` is the parsed JSON (undefined when empty), or the bytes for `raw`. @throws Conv3nError `malformed_body`, `validation_failed` */
  read(parts: WireParts, body: unknown): Record<string, unknown>;
}

interface BoundField {
  readonly field: string;
  readonly coerce: Coercion;
}

const versionParameter = 'protocol_version';

/** Compiles the HTTP hint of an operation into a binding. */
export function inputBinding(operation: Operation): InputBinding {
  const { http, input } = operation;
  const bound = (field: string): BoundField => ({ field, coerce: coercionOf(input, field) });
  const inPath = pathFields(http.path).map(({ name }) => bound(name));
  const inHeaders = Object.entries(http.headers ?? {}).map(([field, header]) => ({
    ...bound(field),
    header: header.toLowerCase(),
  }));
  const bodyless = http.method === 'GET' || http.method === 'DELETE';
  const elsewhere = new Set([...inPath, ...inHeaders].map(({ field }) => field));
  const queryFields =
    http.query ??
    (bodyless
      ? Object.keys(input.properties ?? {}).filter((field) => !elsewhere.has(field) && field !== http.body)
      : []);
  const inQuery = new Map(queryFields.map((field) => [field, coercionOf(input, field)]));

  const readParts = (parts: WireParts): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    for (const [index, { field, coerce }] of inPath.entries()) {
      const value = parts.pathValues[index];
      if (value !== undefined) result[field] = coerce(value);
    }
    for (const { field, header, coerce } of inHeaders) {
      const value = parts.headers[header];
      if (value !== undefined) result[field] = coerce(value);
    }
    return result;
  };
  if (http.body === '$raw') {
    return {
      body: 'raw',
      read: (parts, body) => ({ ...readParts(parts), request: rawRequest(parts, body as Uint8Array) }),
    };
  }
  return {
    body: bodyless && http.body === undefined ? 'none' : 'json',
    read(parts, body) {
      const result = readParts(parts);
      if (parts.queryString !== '') readQuery(parts.queryString, inQuery, result);
      if (body === undefined) return result;
      if (http.body !== undefined) {
        result[http.body] = body;
        return result;
      }
      return mergeBody(body, result);
    },
  };
}

/** Parameters that are no field stay under their own name, so that validation can name them and suggest. */
function readQuery(queryString: string, fields: ReadonlyMap<string, Coercion>, result: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(parseQuery(queryString))) {
    if (value === undefined || name === versionParameter) continue;
    const coerce = fields.get(name);
    define(result, name, coerce ? coerce(value) : value);
  }
}

function mergeBody(body: unknown, result: Record<string, unknown>): Record<string, unknown> {
  if (!isRecord(body)) throw nexusErrors.error('malformed_body', 'The body must be a JSON object.');
  for (const [name, value] of Object.entries(body)) {
    if (Object.hasOwn(result, name)) {
      const message = `"${name}" stands in the path, a header or the query already; leave it out of the body.`;
      throw nexusErrors.error('validation_failed', `The input is not valid. ${message}`, {
        violations: [{ path: name, code: 'unknown_key', message }],
      });
    }
    define(result, name, value);
  }
  return result;
}

/** As an own property, whatever the name: `__proto__` must not become the prototype. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
}

const sensitive = /^(?:authorization|proxy-authorization|cookie|x-api-key)$|signature|token|secret|api-key|hmac/;

/** The request as it came; what could prove an identity stands apart. */
function rawRequest(parts: WireParts, body: Uint8Array): RawRequest {
  const headers: Record<string, string> = {};
  const sensitiveHeaders: Record<string, string> = {};
  for (const name in parts.headers) {
    const value = parts.headers[name];
    if (value === undefined) continue;
    const text = typeof value === 'string' ? value : value.join(', ');
    define(sensitive.test(name) ? sensitiveHeaders : headers, name, text);
  }
  return {
    method: parts.method,
    path: parts.path,
    query: parts.queryString === '' ? {} : ({ ...parseQuery(parts.queryString) } as Record<string, string | string[]>),
    headers,
    sensitiveHeaders,
    body,
    remoteAddress: parts.remoteAddress,
  };
}
