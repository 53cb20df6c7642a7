import type { JsonSchema } from '@conv3n/platform';
import { type ErrorRow, wireStatusOf } from './error-registry.ts';
import { nexusErrors } from './errors.ts';
import { placeOf } from './openapi-input.ts';
import type { SchemaNames } from './openapi-schema.ts';
import type { Operation } from './operation.ts';

type PipelineCode = keyof typeof nexusErrors.definitions;
const always: readonly PipelineCode[] = [
  'protocol_version_mismatch',
  'validation_failed',
  'rate_limited',
  'internal_error',
];
const json = 'application/json';
const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const text = { type: 'string' };
const metadataHeaders = Object.fromEntries(
  ['X-Request-ID', 'X-Protocol-Version', 'X-Server-Version', 'X-Processing-Time'].map((name) => [
    name,
    { schema: text },
  ]),
);

/** Schemas every answer shares. */
export const envelopeSchemas = {
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

const statusText: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted, still going on',
  204: 'Done, nothing to say',
};

/** What an operation answers when it succeeds, by status. `scope` names untitled schemas. */
export function successes(operation: Operation, names: SchemaNames, scope: string, stream: Operation | undefined) {
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

/** What an operation answers when it fails, by status, with the meaning of each code. */
export function failures(operation: Operation, errors: readonly ErrorRow[]) {
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
