import type { JsonObject, JsonSchema } from '@conv3n/platform';
import type { PluginContext } from '@conv3n/runtime';
import { nexusErrors } from './errors.ts';
import type { Operation, OperationHandler } from './operation.ts';

const idPattern = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const placeholder = /\{([a-z][a-z0-9_]*)(\.\.\.)?\}/g;
const segmentPattern = /^(?:[A-Za-z0-9._~-]+|\{[a-z][a-z0-9_]*(?:\.\.\.)?\})$/;
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', '*']);
const idempotencies: ReadonlySet<string> = new Set(['safe', 'idempotent', 'key', 'unsafe']);

/** A placeholder of a path: one segment, or the rest of the path. */
export interface PathField {
  readonly name: string;
  readonly rest: boolean;
}

/** The placeholders of an operation's path, in order. */
export function pathFields(path: string): readonly PathField[] {
  return [...path.matchAll(placeholder)].map((match) => ({ name: match[1] as string, rest: match[2] !== undefined }));
}

/** What is wrong with a declaration, as sentences; empty when nothing is. */
export function operationProblems(operation: Operation): readonly string[] {
  if (typeof operation.id !== 'string' || !idPattern.test(operation.id)) {
    return [`The id ${JSON.stringify(operation.id)} is not of the form noun.verb in snake_case.`];
  }
  const { http, input } = operation;
  if (!http || !input || !operation.output) return ['input, output and http are required.'];
  const problems: string[] = [];
  if (!methods.has(http.method)) problems.push(`The method ${String(http.method)} is unknown.`);
  if (!idempotencies.has(operation.idempotency)) problems.push('idempotency must be safe, idempotent, key or unsafe.');
  if (!isPermission(operation.permission))
    problems.push('permission must be public, authenticated or a list of scopes.');
  const segments = String(http.path).split('/').slice(1);
  const badSegment = !http.path?.startsWith('/') || segments.some((segment) => !segmentPattern.test(segment));
  if (badSegment) problems.push(`The path ${String(http.path)} must be /segments, {field} or a last {field...}.`);
  const placeholders = pathFields(http.path ?? '');
  if (placeholders.slice(0, -1).some((field) => field.rest))
    problems.push('Only the last path field may take the rest.');
  problems.push(
    ...fieldProblems(
      operation,
      placeholders.map((field) => field.name),
    ),
  );
  return problems;
}

function fieldProblems({ http, input }: Operation, placeholders: readonly string[]): string[] {
  if (input.type !== 'object') return ['input must be an object schema.'];
  const known = input.properties ?? {};
  const used = [...placeholders, ...(http.query ?? []), ...Object.keys(http.headers ?? {})];
  if (http.body === '$raw') used.push('request');
  else if (http.body !== undefined) used.push(http.body);
  return used
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `The field "${name}" is bound but not in input.`);
}

const isPermission = (permission: unknown): boolean =>
  permission === 'public' || permission === 'authenticated' || (Array.isArray(permission) && permission.length > 0);

/** The same operation, checked. @throws Conv3nError `operation_invalid` */
export function defineOperation<const Declared extends Operation>(operation: Declared): Declared {
  const problems = operationProblems(operation);
  if (problems.length > 0) {
    throw nexusErrors.error(
      'operation_invalid',
      `The operation ${operation.id} is declared wrongly. ${problems.join(' ')}`,
    );
  }
  return operation;
}

/** Limits of the service behind an operation. */
export interface OperationServiceOptions {
  /** Deadline of one call in milliseconds; 0 means the caller's only. @default the runtime's 30000 */
  readonly deadlineMs?: number;
  /** Calls running at once. @default unbounded */
  readonly concurrency?: number;
}

/**
 * Registers the service of an operation, annotated so that every transport exposes it; it goes with the plugin.
 * @throws Conv3nError `operation_invalid`, or the runtime's errors of registering
 */
export function registerOperation<Input = Readonly<Record<string, unknown>>>(
  context: PluginContext,
  operation: Operation,
  handler: OperationHandler<Input>,
  options: OperationServiceOptions = {},
): void {
  defineOperation(operation);
  context.services.register<Input, unknown>(
    {
      name: operation.id,
      description: operation.summary,
      input: operation.input,
      ...options,
      annotations: { operation: operation as unknown as JsonObject },
    },
    handler,
  );
}

/** The schema of one input field, with local references followed; undefined when the field takes anything. */
export function fieldSchema(input: JsonSchema, field: string): JsonSchema | undefined {
  return followReference(input.properties?.[field], input);
}

/** Follows `$ref` within `root`, a bounded number of times. */
export function followReference(schema: JsonSchema | undefined, root: JsonSchema): JsonSchema | undefined {
  let current = schema;
  for (let hop = 0; hop < 8 && current?.$ref?.startsWith('#/'); hop += 1) {
    let target: unknown = root;
    for (const token of current.$ref.slice(2).split('/'))
      target = (target as Record<string, unknown> | undefined)?.[token];
    current = target as JsonSchema | undefined;
  }
  return current;
}
