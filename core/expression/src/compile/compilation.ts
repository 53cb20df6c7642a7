import type { Evaluate } from '../frame.ts';
import type { AnyNode, Node } from '../language/ast.ts';
import type { Limits } from '../limits.ts';
import { Site, type Span } from '../source.ts';

/** A static read of a root: `$node.total.data` is root `$node` with path `total`, `data`. Computed parts end the path. */
export interface Reference extends Span {
  readonly root: string;
  readonly path: readonly string[];
}

/** What the parts of the compiler share while one source is compiled. */
export class Compilation {
  readonly text: string;
  readonly roots: ReadonlySet<string>;
  readonly limits: Limits;
  readonly references: Reference[] = [];
  readonly compile: (node: Node) => Evaluate;
  /** How many slots the parameters of all arrow functions need. */
  slots = 0;
  readonly #locals: Map<string, number>[] = [];

  constructor(
    text: string,
    roots: ReadonlySet<string>,
    limits: Limits,
    compile: (compilation: Compilation, node: Node) => Evaluate,
  ) {
    this.text = text;
    this.roots = roots;
    this.limits = limits;
    this.compile = (node) => compile(this, node);
  }

  site(node: Span): Site {
    return new Site(this.text, node);
  }

  /** The source of a node, as it is shown in messages. */
  sourceOf(node: AnyNode): string {
    return this.text.slice(node.start, node.end);
  }

  /** The slot of a parameter in scope. */
  local(name: string): number | undefined {
    for (let index = this.#locals.length - 1; index >= 0; index--) {
      const slot = this.#locals[index]?.get(name);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  /** A slot for a new parameter of the innermost arrow; undefined when the arrow already has that name. */
  declare(name: string): number | undefined {
    const scope = this.#locals.at(-1);
    if (!scope || scope.has(name)) return undefined;
    scope.set(name, this.slots);
    return this.slots++;
  }

  /** Runs `compileBody` with a fresh scope of parameters. */
  inScope<T>(compileBody: () => T): T {
    this.#locals.push(new Map());
    const result = compileBody();
    this.#locals.pop();
    return result;
  }

  /** Names of all parameters in scope, for suggestions. */
  localNames(): string[] {
    return this.#locals.flatMap((scope) => [...scope.keys()]);
  }
}
