import { isRecord } from '@conv3n/platform';
import type { SchemaNames } from './openapi-schema.ts';
import type { Operation } from './operation.ts';
import { pathFields } from './operation-definition.ts';

const json = 'application/json';

/** Where each input field travels. */
export function placeOf(operation: Operation) {
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

/** The parameters of an operation: path, query, headers. `scope` names untitled schemas. */
export function parameters(operation: Operation, names: SchemaNames, scope: string) {
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

/** The body of an operation; undefined when it has none. */
export function requestBody({ input, http, example, ...operation }: Operation, names: SchemaNames, scope: string) {
  if (http.body === '$raw') return { content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  if (http.body !== undefined) {
    const sample = isRecord(example) ? example[http.body] : undefined;
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
  const sample = isRecord(example)
    ? Object.fromEntries(Object.entries(example).filter(([field]) => inBody.includes(field)))
    : undefined;
  return { required: required.length > 0, content: { [json]: { schema, ...(sample && { example: sample }) } } };
}
