/** A webhook's place: method and path pattern with `:name` segments. */
export interface Route<Target> {
  readonly method: string;
  readonly pattern: string;
  readonly target: Target;
}

export interface RouteMatch<Target> {
  readonly target: Target;
  readonly params: Readonly<Record<string, string>>;
}

interface Branch<Target> {
  readonly fixed: Map<string, Branch<Target>>;
  parameter: Branch<Target> | undefined;
  /** By method. */
  readonly routes: Map<string, { readonly names: readonly string[]; readonly target: Target }>;
}

/** Webhook routes as a tree of segments: a fixed segment wins over a parameter. Lookup costs one step per segment and alternative. */
export class RouteTable<Target> {
  #root: Branch<Target> = branch();

  /** Replaces all routes. Later duplicates lose; {@link routeKey} finds them beforehand. */
  replace(routes: Iterable<Route<Target>>): void {
    this.#root = branch();
    for (const { method, pattern, target } of routes) {
      let at = this.#root;
      const names: string[] = [];
      for (const segment of segmentsOf(pattern)) {
        if (segment.startsWith(':')) {
          names.push(segment.slice(1));
          at.parameter ??= branch();
          at = at.parameter;
        } else {
          let next = at.fixed.get(segment);
          if (!next) {
            next = branch();
            at.fixed.set(segment, next);
          }
          at = next;
        }
      }
      if (!at.routes.has(method)) at.routes.set(method, { names, target });
    }
  }

  /** The route of a method and a decoded path, or the methods the path knows, or nothing. */
  find(method: string, path: string): RouteMatch<Target> | { readonly methods: readonly string[] } | undefined {
    const segments = segmentsOf(path);
    const values: string[] = [];
    const methods = new Set<string>();
    const walk = (at: Branch<Target>, index: number): RouteMatch<Target> | undefined => {
      if (index === segments.length) {
        const route = at.routes.get(method);
        if (!route) {
          for (const known of at.routes.keys()) methods.add(known);
          return undefined;
        }
        return {
          target: route.target,
          params: Object.fromEntries(route.names.map((name, place) => [name, values[place] as string])),
        };
      }
      const segment = segments[index] as string;
      const fixed = at.fixed.get(segment);
      const found = fixed && walk(fixed, index + 1);
      if (found || !at.parameter) return found;
      values.push(segment);
      const match = walk(at.parameter, index + 1);
      if (!match) values.pop();
      return match;
    };
    return walk(this.#root, 0) ?? (methods.size > 0 ? { methods: [...methods] } : undefined);
  }
}

/** Two routes with equal keys answer the same requests. */
export function routeKey(method: string, pattern: string): string {
  return `${method} /${segmentsOf(pattern)
    .map((segment) => (segment.startsWith(':') ? ':' : segment))
    .join('/')}`;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function branch<Target>(): Branch<Target> {
  return { fixed: new Map(), parameter: undefined, routes: new Map() };
}
