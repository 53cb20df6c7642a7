import type { JsonSchema } from '@conv3n/platform';
import { type ErrorRow, wireStatusOf } from './error-registry.ts';
import { nexusErrors } from './errors.ts';
import { type SchemaNames, schemaNames, toOpenApi30 } from './openapi-schema.ts';
import type { Operation } from './operation.ts';
import { pathFields } from './operation-definition.ts';

export interface OpenApiOptions {
  readonly openapi: '3.1.0' | '3.0.3';
  readonly title: string;
  /** Version of the server. */
  readonly version: string;
  readonly description?: string;
  /** Rows of every package whose codes operations declare. */
  readonly errors: readonly ErrorRow[];
}

/** A document as plain JSON. */
export type OpenApiDocument = Record<string, unknown>;

const anyMethods = ['get', 'post', 'put', 'patch', 'delete'] as const;
type PipelineCode = keyof typeof nexusErrors.definitions;
const always: readonly PipelineCode[] = [
  'protocol_version_mismatch',
  'validation_failed',
  'rate_limited',
  'internal_error',
];
const json = 'application/json';
const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The OpenAPI document of operations. Operation ids are unique: an operation for any method gets the method as suffix. */
export function openApiDocument(operations: readonly Operation[], options: OpenApiOptions): OpenApiDocument {
  const names = schemaNames();
  const paths: Record<string, Record<string, unknown>> = {};
  const streams = operations.filter(({ http }) => http.accept !== undefined);
  for (const operation of operations) {
    if (streams.includes(operation) && operations.some((other) => isSamePlace(other, operation))) continue;
    const stream = streams.find((other) => isSamePlace(other, operation));
    const { http } = operation;
    const path = `${http.root ? '' : '/api/v1'}${http.path.replaceAll('...}', '}')}`;
    paths[path] ??= {};
    for (const method of http.method === '*' ? anyMethods : [http.method.toLowerCase()]) {
      const id = http.method === '*' ? `${operation.id}.${method}` : operation.id;
      paths[path][method] = operationObject(operation, id, names, options, stream);
    }
  }
  const document: OpenApiDocument = {
    openapi: options.openapi,
    info: {
      title: options.title,
      version: options.version,
      ...(options.description !== undefined && { description: options.description }),
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        session: { type: 'apiKey', in: 'cookie', name: 'conv3n_session' },
      },
      schemas: { ...envelopeSchemas, ...names.schemas },
    },
  };
  return options.openapi === '3.0.3' ? downgraded(document) : document;
}

const isSamePlace = (one: Operation, other: Operation): boolean =>
  one !== other &&
  one.http.method === other.http.method &&
  one.http.path === other.http.path &&
  one.http.root === other.http.root;

function operationObject(
  operation: Operation,
  operationId: string,
  names: SchemaNames,
  options: OpenApiOptions,
  stream: Operation | undefined,
) {
  const scope = pascal(operation.id);
  const body = requestBody(operation, names, `${scope}Input`);
  const details = [
    operation.description,
    stream && `With \`Accept: text/event-stream\`: ${stream.description ?? stream.summary}`,
  ];
  const description = details.filter((line) => line !== undefined).join('\n\n');
  return {
    operationId,
    summary: operation.summary,
    ...(description !== '' && { description }),
    tags: [operation.tag],
    security: operation.permission === 'public' ? [] : [{ bearer: [] }, { api_key: [] }, { session: [] }],
    ...(Array.isArray(operation.permission) && { 'x-scopes': operation.permission }),
    'x-idempotency': operation.idempotency,
    parameters: [
      ...parameters(operation, names, `${scope}Input`),
      ...(stream ? streamOnly(operation, stream, names) : []),
    ],
    ...(body && { requestBody: body }),
    responses: { ...successes(operation, names, scope, stream), ...failures(operation, options.errors) },
  };
}

/** Where each input field travels. */
function placeOf(operation: Operation) {
  const { http, input } = operation;
  const path = pathFields(http.path).map(({ name }) => name);
  const headers = http.headers ?? {};
  const bodyless = http.method === 'GET' || http.method === 'DELETE';
  const rest = Object.keys(input.properties ?? {}).filter(
    (field) => !path.includes(field) && !(field in headers) && field !== http.body,
  );
  const query = http.query ?? (bodyless && http.body === undefined ? rest : []);
  return {
    path,
    headers,
    query,
    inBody: bodyless || http.body !== undefined ? [] : rest.filter((field) => !query.includes(field)),
  };
}

function parameters(operation: Operation, names: SchemaNames, scope: string) {
  const { path, headers, query } = placeOf(operation);
  const required: readonly string[] = operation.input.required ?? [];
  const parameter = (field: string, place: string, name = field) => {
    const schema = operation.input.properties?.[field] ?? {};
    return {
      name,
      in: place,
      ...((place === 'path' || required.includes(field)) && { required: true }),
      ...(schema.description !== undefined && { description: schema.description }),
      schema: names.place(schema, scope),
    };
  };
  return [
    ...path.map((field) => parameter(field, 'path')),
    ...query.map((field) => parameter(field, 'query')),
    ...Object.entries(headers).map(([field, header]) => parameter(field, 'header', header)),
  ];
}

function streamOnly(operation: Operation, stream: Operation, names: SchemaNames) {
  const known = new Set(parameters(operation, names, '').map(({ name }) => name));
  return parameters(stream, names, `${pascal(stream.id)}Input`).filter(({ name }) => !known.has(name));
}

function requestBody({ input, http, example, ...operation }: Operation, names: SchemaNames, scope: string) {
  if (http.body === '$raw') return { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  if (http.body !== undefined) {
    const sample = isObject(example) ? example[http.body] : undefined;
    const schema = names.place(input.properties?.[http.body] ?? {}, scope);
    const required = (input.required ?? []).includes(http.body);
    return { required, content: { [json]: { schema, ...(sample !== undefined && { example: sample }) } } };
  }
  const { inBody } = placeOf({ input, http, ...operation });
  if (inBody.length === 0) return undefined;
  const required = (input.required ?? []).filter((field) => inBody.includes(field));
  const properties = Object.fromEntries(inBody.map((field) => [field, input.properties?.[field]]));
  const schema = names.place(
    {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      additionalProperties: false,
      $defs: (input as { $defs?: unknown }).$defs,
    },
    scope,
  );
  const sample = isObject(example)
    ? Object.fromEntries(Object.entries(example).filter(([field]) => inBody.includes(field)))
    : undefined;
  return { required: required.length > 0, content: { [json]: { schema, ...(sample && { example: sample }) } } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const statusText: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted, still going on',
  204: 'Done, nothing to say',
};

function successes(operation: Operation, names: SchemaNames, scope: string, stream: Operation | undefined) {
  const output = names.place(operation.output as JsonSchema, `${scope}Output`);
  const events = stream ?? (operation.event ? operation : undefined);
  const result: Record<string, unknown> = {};
  for (const status of operation.http.statuses ?? [200]) {
    if (status === 204) {
      result[status] = { description: statusText[status] };
      continue;
    }
    const envelope = {
      type: 'object',
      required: ['data', 'metadata'],
      properties: { data: output, metadata: schemaRef('ResponseMetadata') },
    };
    const content: Record<string, unknown> = operation.http.accept
      ? {}
      : operation.http.body === '$raw'
        ? { '*/*': { schema: {} } }
        : { [json]: { schema: envelope } };
    if (events?.event && status === 200) {
      content['text/event-stream'] = {
        schema: { type: 'string', description: 'Server-sent events; the data of each is described by x-event.' },
        'x-event': names.place(events.event, `${scope}Event`),
      };
    }
    result[status] = { description: statusText[status] ?? 'Answered', headers: metadataHeaders, content };
  }
  return result;
}

function failures(operation: Operation, errors: readonly ErrorRow[]) {
  const rows = new Map(errors.map((row) => [row.code, row]));
  const codes = new Set<string>([...always, ...(operation.errors ?? [])]);
  if (operation.permission !== 'public')
    for (const code of ['credential_required', 'credential_invalid', 'cross_origin_write']) codes.add(code);
  if (Array.isArray(operation.permission)) codes.add('permission_denied');
  if (!placeOf(operation).inBody.length && operation.http.body === undefined) codes.delete('malformed_body');
  else for (const code of ['malformed_body', 'body_too_large', 'unsupported_media_type']) codes.add(code);
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const known = rows.get(code) ?? nexusErrors.definitions[code as PipelineCode];
    const status = known ? wireStatusOf({ code, kind: known.kind }).http : 500;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const lines = (list: readonly string[]) =>
    list
      .map(
        (code) =>
          `- \`${code}\`: ${(rows.get(code) ?? nexusErrors.definitions[code as PipelineCode])?.description ?? 'declared by the operation'}`,
      )
      .join('\n');
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, list]) => [
        String(status),
        {
          description: lines(list),
          headers: metadataHeaders,
          content: { [json]: { schema: schemaRef('FailureEnvelope') } },
        },
      ]),
  );
}

const pascal = (id: string): string =>
  id.replaceAll(/(?:^|[._])([a-z])/g, (_all, letter: string) => letter.toUpperCase());

const text = { type: 'string' };
const metadataHeaders = Object.fromEntries(
  ['X-Request-ID', 'X-Protocol-Version', 'X-Server-Version', 'X-Processing-Time'].map((name) => [
    name,
    { schema: text },
  ]),
);

/** Schemas every answer shares. */
const envelopeSchemas = {
  ResponseMetadata: {
    type: 'object',
    required: ['request_id', 'protocol_version', 'server_version', 'timestamp', 'processing_time_ms'],
    properties: {
      request_id: { type: 'string', format: 'uuid' },
      protocol_version: text,
      server_version: text,
      timestamp: { type: 'string', format: 'date-time' },
      processing_time_ms: { type: 'number' },
    },
  },
  WireError: {
    type: 'object',
    required: ['code', 'message', 'kind', 'retryable'],
    properties: {
      code: text,
      message: text,
      kind: text,
      retryable: { type: 'boolean' },
      violations: {
        type: 'array',
        items: {
          type: 'object',
          required: ['path', 'code', 'message'],
          properties: { path: text, code: text, message: text },
        },
      },
      details: { type: 'object', additionalProperties: true },
    },
  },
  FailureEnvelope: {
    type: 'object',
    required: ['error', 'metadata'],
    properties: { error: schemaRef('WireError'), metadata: schemaRef('ResponseMetadata') },
  },
};

/** The schemas of a document rewritten for 3.0; everything else has the same form in both. */
function downgraded(document: OpenApiDocument): OpenApiDocument {
  const rewrite = (node: unknown, isSchema: boolean): unknown => {
    if (isSchema) return toOpenApi30(node);
    if (Array.isArray(node)) return node.map((item) => rewrite(item, false));
    if (!isObject(node)) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        if (key === 'schemas' && isObject(value))
          return [key, Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, toOpenApi30(schema)]))];
        return [key, rewrite(value, key === 'schema' || key === 'x-event')];
      }),
    );
  };
  return rewrite(document, false) as OpenApiDocument;
}
