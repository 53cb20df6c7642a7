import { createOperationRegistry, type Operation, pipelineErrors } from '@conv3n/nexus';
import { nodePlatform } from '@conv3n/platform-node';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { compose } from '../src/compose.ts';
import { resolveConfig } from '../src/config.ts';
import { memoryStores } from '../src/memory-stores.ts';

/** Every operation the composed house declares. */
export async function declaredOperations(): Promise<readonly Operation[]> {
  const platform = nodePlatform();
  const stores = memoryStores(platform);
  const config = await resolveConfig({ env: {}, cwd: '/nonexistent' });
  const { runtime, start, stop } = compose({
    platform,
    config,
    stores,
    secretsKey: new Uint8Array(32),
    publicUrl: () => 'http://127.0.0.1',
  });
  await start();
  const registry = createOperationRegistry({ services: runtime.services, log: platform.log });
  const operations = registry.list();
  const problems = registry.problems();
  registry.close();
  await stop();
  await stores.close();
  if (problems.length > 0) throw new Error(`Operations are not exposed: ${JSON.stringify(problems)}`);
  return operations;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);

const envelopeMetadata = ajv.compile({
  type: 'object',
  additionalProperties: false,
  required: ['request_id', 'protocol_version', 'server_version', 'timestamp', 'processing_time_ms'],
  properties: {
    request_id: { type: 'string', format: 'uuid' },
    protocol_version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    server_version: { type: 'string' },
    timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' },
    processing_time_ms: { type: 'number', minimum: 0 },
  },
});
const pipelineCodes = new Set(Object.keys(pipelineErrors.definitions));
/** What the HTTP server refuses before any operation is chosen. */
const serverCodes = new Set(['unknown_host', 'request_malformed']);

/** What a checked response may be. */
export interface SeenResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Compares answers with what their operations declare. */
export function responseRules(operations: readonly Operation[]) {
  const routes = operations.map((operation) => ({
    operation,
    pattern: pathPattern(operation),
    output: ajv.compile(operation.output),
    event: operation.event && ajv.compile(operation.event),
  }));
  const find = (method: string, path: string, accept: string | undefined) => {
    const fitting = routes.filter(
      ({ operation: { http }, pattern }) => (http.method === method || http.method === '*') && pattern.test(path),
    );
    const literal = fitting.filter(({ operation }) => !operation.http.path.includes('{'));
    const candidates = literal.length > 0 ? literal : fitting;
    return (
      candidates.find(({ operation }) => operation.http.accept && operation.http.accept === accept) ??
      candidates.find(({ operation }) => operation.http.accept === undefined)
    );
  };
  return {
    /** Violations as sentences; empty when the answer is as declared. */
    violations(request: { method: string; path: string; accept?: string }, response: SeenResponse): string[] {
      const route = find(request.method, request.path, request.accept);
      const { status, headers, text } = response;
      const type = headers.get('content-type') ?? '';
      const name = route?.operation.id ?? `${request.method} ${request.path}`;
      if (headers.get('x-request-id') === null && status !== 421) return [`${name}: no X-Request-Id`];
      if (type.startsWith('text/event-stream')) return eventViolations(name, text, route?.event);
      if (status === 204) return text === '' ? [] : [`${name}: 204 with a body`];
      if (route?.operation.id === 'webhooks.receive' && status === 200) return [];
      if (!type.startsWith('application/json')) return [`${name}: content type ${type} with ${status}`];
      const body = JSON.parse(text) as { data?: unknown; error?: { code: string }; metadata?: unknown };
      const found: string[] = [];
      if (!envelopeMetadata(body.metadata)) found.push(`${name}: metadata ${ajv.errorsText(envelopeMetadata.errors)}`);
      if (status >= 400) {
        const code = body.error?.code ?? '(none)';
        const declared = route?.operation.errors ?? [];
        if (!declared.includes(code) && !pipelineCodes.has(code) && !serverCodes.has(code))
          found.push(`${name}: error ${code} (${status}) is not declared`);
        if (headers.get('x-error-code') !== code) found.push(`${name}: X-Error-Code differs from ${code}`);
        return found;
      }
      if (!route) return [...found, `${name}: ${status} but no operation is declared there`];
      const statuses = route.operation.http.statuses ?? [200];
      if (!statuses.includes(status)) found.push(`${name}: status ${status} is not among ${statuses.join(', ')}`);
      if (route.operation.id !== 'webhooks.receive' && !route.output(body.data))
        found.push(`${name}: data ${ajv.errorsText(route.output.errors)}`);
      return found;
    },
    /** Every object the answer holds has declared keys only. */
    undeclaredKeys(request: { method: string; path: string }, data: unknown): readonly string[] {
      const route = find(request.method, request.path, undefined);
      return route ? extraKeys(route.operation.output as Schema, data, route.operation.id) : [];
    },
  };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly title?: string;
}

/** Answers grow by declaration only: a key without one is a mistake of the view or of the schema. */
function extraKeys(schema: Schema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, index) => extraKeys(items, item, `${path}.${index}`)) : [];
  }
  if (typeof value !== 'object' || value === null || schema.title === 'WorkflowFile') return [];
  const parts = [schema, ...(schema.allOf ?? [])].filter((part) => part.properties);
  if (parts.length === 0) {
    const options = (schema.anyOf ?? []).map((option) => extraKeys(option, value, path));
    return options.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  const known: Record<string, Schema> = Object.assign({}, ...parts.map((part) => part.properties));
  return Object.entries(value).flatMap(([key, inner]) =>
    known[key] ? extraKeys(known[key], inner, `${path}.${key}`) : [`${path}.${key} is not declared`],
  );
}

function eventViolations(name: string, text: string, check: ReturnType<typeof ajv.compile> | undefined): string[] {
  const found: string[] = [];
  for (const { event, data } of parseEvents(text)) {
    if (event === 'execution' || event === 'end' || event === 'error') continue;
    if (!check) found.push(`${name}: declares no event but sent ${event}`);
    else if (!check(data)) found.push(`${name}: event ${event} ${ajv.errorsText(check.errors)}`);
  }
  return found;
}

/** One server-sent event as it stands on the wire. */
export interface SeenEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: unknown;
}

/** The events of a finished stream. */
export function parseEvents(text: string): readonly SeenEvent[] {
  return text
    .split('\n\n')
    .map((block) => {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith(':'))
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      return fields as { id?: string; event?: string; data?: string };
    })
    .filter((fields) => fields.event !== undefined)
    .map(({ id, event, data }) => ({
      ...(id !== undefined && { id }),
      event: event as string,
      data: JSON.parse(data ?? 'null') as unknown,
    }));
}

function pathPattern({ http }: Operation): RegExp {
  const path = http.path
    .replaceAll(/[.~]/g, '\\$&')
    .replaceAll(/\{[a-z0-9_]+\\\.\\\.\\\.\}/g, '.+')
    .replaceAll(/\{[a-z0-9_]+\}/g, '[^/]+');
  return new RegExp(http.root ? `^${path}$` : `^/api(?:/v1)?${path}$`);
}
