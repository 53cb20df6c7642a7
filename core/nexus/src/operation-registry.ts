import type { Disposer, Log, SchemaCheck } from '@conv3n/platform';
import type { ServiceDescription, ServiceHandle, Services } from '@conv3n/runtime';
import type { Operation } from './operation.ts';
import { operationProblems } from './operation-definition.ts';
import { compileSchema } from './schema-compiler.ts';

/** An exposed operation with what a call of it needs. */
export interface RegisteredOperation {
  readonly operation: Operation;
  readonly check: SchemaCheck;
  /** The service behind it, resolved once; undefined when it went away. */
  handle(): Pick<ServiceHandle, 'invoke'> | undefined;
}

/** An annotated service that is not exposed, and why. */
export interface OperationProblem {
  readonly id: string;
  readonly code: 'declaration_invalid' | 'route_conflict';
  readonly message: string;
}

export interface OperationChange {
  readonly added: boolean;
  readonly entry: RegisteredOperation;
}

/** The operations of a running house: what its services say about themselves. */
export interface OperationRegistry {
  get(id: string): RegisteredOperation | undefined;
  /** Sorted by id. */
  list(): readonly Operation[];
  problems(): readonly OperationProblem[];
  /** Called now for every operation, then on each change. */
  watch(observer: (change: OperationChange) => void): Disposer;
  close(): void;
}

/**
 * Follows the runtime's services and keeps those annotated with an operation.
 *
 * I1 Service name and operation id are equal. I2 No two exposed operations share method, path shape and `accept`; the later one waits, is logged and
 *    takes the place when the earlier one goes.
 */
export function createOperationRegistry(ports: { readonly services: Services; readonly log: Log }): OperationRegistry {
  const entries = new Map<string, RegisteredOperation>();
  const byRoute = new Map<string, string>();
  const refused = new Map<string, { readonly problem: OperationProblem; readonly operation: Operation }>();
  const observers = new Set<(change: OperationChange) => void>();
  const notify = (change: OperationChange) => {
    for (const observer of observers) observer(change);
  };

  const refuse = (operation: Operation, id: string, code: OperationProblem['code'], message: string) => {
    const problem = { id, code, message };
    refused.set(id, { problem, operation });
    ports.log.write('error', 'operation not exposed', { operation: id, code, reason: message });
  };
  const add = (id: string, operation: Operation) => {
    const problems = operation.id === id ? operationProblems(operation) : [`The id must equal the service name ${id}.`];
    if (problems.length > 0) return refuse(operation, id, 'declaration_invalid', problems.join(' '));
    const route = routeKey(operation);
    const holder = byRoute.get(route);
    if (holder !== undefined) {
      const text = `${operation.http.method} ${operation.http.path} belongs to ${holder}. Give one of them another path.`;
      return refuse(operation, id, 'route_conflict', text);
    }
    const entry = registered(operation, ports.services);
    refused.delete(id);
    byRoute.set(route, id);
    entries.set(id, entry);
    notify({ added: true, entry });
  };
  const remove = (id: string) => {
    refused.delete(id);
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    const route = routeKey(entry.operation);
    byRoute.delete(route);
    notify({ added: false, entry });
    for (const [other, waiting] of refused) {
      if (waiting.problem.code === 'route_conflict' && routeKey(waiting.operation) === route)
        return add(other, waiting.operation);
    }
  };

  const stop = ports.services.watch('', ({ added, description }) => {
    const operation = operationOf(description);
    if (!operation) return;
    if (added) add(description.name, operation);
    else remove(description.name);
  });
  return {
    get: (id) => entries.get(id),
    list: () => [...entries.values()].map((entry) => entry.operation).sort((a, b) => (a.id < b.id ? -1 : 1)),
    problems: () => [...refused.values()].map((waiting) => waiting.problem),
    watch(observer) {
      observers.add(observer);
      for (const entry of entries.values()) observer({ added: true, entry });
      return () => {
        observers.delete(observer);
      };
    },
    close() {
      stop();
      observers.clear();
    },
  };
}

function registered(operation: Operation, services: Services): RegisteredOperation {
  let check: SchemaCheck | undefined;
  let handle: ServiceHandle | undefined;
  return {
    operation,
    check: (value) => {
      check ??= compileSchema(operation.input);
      return check(value);
    },
    handle: () => {
      handle ??= services.resolve(operation.id);
      return handle;
    },
  };
}

function operationOf(description: ServiceDescription): Operation | undefined {
  const annotation = description.annotations?.['operation'];
  return typeof annotation === 'object' && annotation !== null ? (annotation as unknown as Operation) : undefined;
}

/** Two operations with the same key cannot be told apart on HTTP. */
function routeKey({ http }: Operation): string {
  const shape = http.path.replaceAll(/\{[^}]*?(\.\.\.)?\}/g, '{$1}');
  return `${http.method} ${http.root ? '' : '/api'}${shape} ${http.accept ?? ''}`;
}
