import type { ErrorRow } from './error-registry.ts';
import { parameters, requestBody } from './openapi-input.ts';
import { envelopeSchemas, failures, successes } from './openapi-responses.ts';
import { documentAs30, type SchemaNames, schemaNames } from './openapi-schema.ts';
import type { Operation } from './operation.ts';

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
  return options.openapi === '3.0.3' ? documentAs30(document) : document;
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

/** Parameters only the stream of the same place takes. */
function streamOnly(operation: Operation, stream: Operation, names: SchemaNames) {
  const known = new Set(parameters(operation, names, '').map(({ name }) => name));
  return parameters(stream, names, `${pascal(stream.id)}Input`).filter(({ name }) => !known.has(name));
}

const pascal = (id: string): string =>
  id.replaceAll(/(?:^|[._])([a-z])/g, (_all, letter: string) => letter.toUpperCase());
