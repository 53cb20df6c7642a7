import { type HttpHint, type OperationChange, pathFields, type RegisteredOperation } from '@conv3n/nexus';
import findMyWay from 'find-my-way';
import { type InputBinding, inputBinding } from './input-binding.ts';

/** A route with everything a request of it needs. */
export interface Route {
  readonly entry: RegisteredOperation;
  readonly binding: InputBinding;
}

/** A path that matched: routes by accepted media type, and the values of its placeholders in order. */
export interface RouteMatch {
  readonly routes: ReadonlyMap<string, Route>;
  readonly values: readonly string[];
}

type Slot = Map<string, Route>;
type Router = ReturnType<typeof findMyWay>;

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof methods)[number];
const anyMethod = 'GET';
const defaultForm = '';

function newRouter(): Router {
  return findMyWay({
    ignoreTrailingSlash: true,
    ignoreDuplicateSlashes: false,
    maxParamLength: 2000,
    caseSensitive: true,
  });
}

/** Paths below one base. Fed by the registry; routes come and go at run time. */
export class RouteTable {
  readonly #specific = newRouter();
  readonly #any = newRouter();
  readonly #slots = new Map<string, Slot>();

  change({ added, entry }: OperationChange): void {
    const { http } = entry.operation;
    const pattern = patternOf(http);
    const key = `${http.method} ${pattern}`;
    const form = http.accept ?? defaultForm;
    const slot = this.#slots.get(key);
    if (added) {
      const route = { entry, binding: inputBinding(entry.operation) };
      if (slot) slot.set(form, route);
      else this.#open(key, http.method, pattern, new Map([[form, route]]));
    } else if (slot?.delete(form) && slot.size === 0) {
      this.#slots.delete(key);
      this.#router(http.method).off(http.method === '*' ? anyMethod : http.method, pattern);
    }
  }

  /** The routes of a method and a path without query; a specific method wins over operations for any. */
  find(method: string, path: string): RouteMatch | undefined {
    const specific = methods.includes(method as Method) ? this.#specific.find(method as Method, path) : null;
    const found = specific ?? this.#any.find(anyMethod, path);
    if (!found) return undefined;
    return { routes: found.store as Slot, values: Object.values(found.params) as string[] };
  }

  /** Methods that would match the path. */
  allowed(path: string): readonly string[] {
    return methods.filter((method) => this.find(method, path) !== undefined);
  }

  #router(method: HttpHint['method']): Router {
    return method === '*' ? this.#any : this.#specific;
  }

  #open(key: string, method: HttpHint['method'], pattern: string, slot: Slot): void {
    this.#slots.set(key, slot);
    this.#router(method).on(method === '*' ? anyMethod : method, pattern, unused, slot);
  }
}

const unused = (): void => undefined;

/** The path in the router's notation with positional names, so that operations may name the same place differently. */
function patternOf(http: HttpHint): string {
  let pattern = http.path;
  for (const [index, field] of pathFields(http.path).entries()) {
    pattern = pattern.replace(field.rest ? `{${field.name}...}` : `{${field.name}}`, field.rest ? '*' : `:p${index}`);
  }
  return pattern;
}

/** The route for what a request accepts; undefined when nothing it accepts can be answered. */
export function chooseRoute(match: RouteMatch, accept: string | undefined): Route | undefined {
  const wantsEvents = accept?.includes('text/event-stream') ?? false;
  const events = match.routes.get('text/event-stream');
  if (events && wantsEvents) return events;
  const route = match.routes.get(defaultForm);
  if (!route || accept === undefined) return route;
  const { operation } = route.entry;
  if (operation.http.body === '$raw' || (wantsEvents && operation.event)) return route;
  return acceptsJson.test(accept) ? route : undefined;
}

const acceptsJson = /\*\/\*|application\/(?:\*|json|[a-z.-]+\+json)|^\s*$/i;
