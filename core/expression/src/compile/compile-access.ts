import type { Evaluate, Frame } from '../frame.ts';
import { readIndex, readOwn } from '../keys.ts';
import type { ChainNode, IndexNode, MemberNode, Node, RootNode } from '../language/ast.ts';
import { suggestion } from '../names.ts';
import { excerpt, type Site } from '../source.ts';
import type { Compilation } from './compilation.ts';

/** What the rest of an optional chain yields once a part before it was missing. Never leaves the chain. */
export const short = Symbol('short');

/** True when a part of the same chain before this node's own link is optional. */
export function mayBeShort(node: Node): boolean {
  let part = node;
  for (;;) {
    if (part.type === 'member' || part.type === 'index') {
      if (part.optional) return true;
      part = part.object;
    } else if (part.type === 'call') {
      if (part.optional) return true;
      part = part.callee;
    } else return false;
  }
}

/** The error of reading `key` through a part that is null or undefined. */
export function nullAccess(site: Site, part: Node, value: unknown, what: string): Error {
  const source = excerpt(site.text, part);
  return site.error(
    'expression_null_access',
    `Cannot ${what} because ${source} is ${String(value)}. Write ?. after it if it may be missing.`,
  );
}

export function compileRoot(compilation: Compilation, node: RootNode): Evaluate {
  addReference(compilation, node, node, []);
  const { name } = node;
  return (frame) => frame.roots[name];
}

function addReference(compilation: Compilation, root: RootNode, whole: Node, path: readonly string[]): void {
  if (!compilation.roots.has(root.name)) {
    const names = [...compilation.roots];
    const known = suggestion(root.name, names) || ` Available: ${names.join(', ')}.`;
    throw compilation.site(root).error('expression_unknown_name', `There is no root "${root.name}".${known}`);
  }
  compilation.references.push({ root: root.name, path, start: root.start, end: whole.end });
}

export function compileMember(compilation: Compilation, node: MemberNode): Evaluate {
  const links: MemberNode[] = [];
  let base: Node = node;
  while (base.type === 'member') {
    links.unshift(base);
    base = base.object;
  }
  if (base.type === 'root') {
    addReference(
      compilation,
      base,
      node,
      links.map((link) => link.key),
    );
    return links.some((link) => link.optional)
      ? optionalRootChain(compilation, base.name, links)
      : rootChain(compilation, base.name, links);
  }
  return memberOf(compilation, node);
}

/** The hot path: reads such as `$node.total.data.total` without a call per part. */
function rootChain(compilation: Compilation, root: string, links: readonly MemberNode[]): Evaluate {
  const keys = links.map((link) => link.key);
  const [k0, k1, k2, k3] = keys as [string, string, string, string];
  const fail = (index: number, value: unknown): Error => {
    const link = links[index] as MemberNode;
    return nullAccess(compilation.site(link), link.object, value, `read "${link.key}"`);
  };
  switch (keys.length) {
    case 1:
      return (frame) => {
        const a = frame.roots[root];
        if (a === null || a === undefined) throw fail(0, a);
        return readOwn(a, k0);
      };
    case 2:
      return (frame) => {
        const a = frame.roots[root];
        if (a === null || a === undefined) throw fail(0, a);
        const b = readOwn(a, k0);
        if (b === null || b === undefined) throw fail(1, b);
        return readOwn(b, k1);
      };
    case 3:
      return (frame) => {
        const a = frame.roots[root];
        if (a === null || a === undefined) throw fail(0, a);
        const b = readOwn(a, k0);
        if (b === null || b === undefined) throw fail(1, b);
        const c = readOwn(b, k1);
        if (c === null || c === undefined) throw fail(2, c);
        return readOwn(c, k2);
      };
    case 4:
      return (frame) => {
        const a = frame.roots[root];
        if (a === null || a === undefined) throw fail(0, a);
        const b = readOwn(a, k0);
        if (b === null || b === undefined) throw fail(1, b);
        const c = readOwn(b, k1);
        if (c === null || c === undefined) throw fail(2, c);
        const d = readOwn(c, k2);
        if (d === null || d === undefined) throw fail(3, d);
        return readOwn(d, k3);
      };
    default:
      return (frame) => {
        let value: unknown = frame.roots[root];
        for (let index = 0; index < keys.length; index++) {
          if (value === null || value === undefined) throw fail(index, value);
          value = readOwn(value, keys[index] as string);
        }
        return value;
      };
  }
}

function optionalRootChain(compilation: Compilation, root: string, links: readonly MemberNode[]): Evaluate {
  return (frame) => {
    let value: unknown = frame.roots[root];
    for (const link of links) {
      if (value === null || value === undefined) {
        if (link.optional) return short;
        throw nullAccess(compilation.site(link), link.object, value, `read "${link.key}"`);
      }
      value = readOwn(value, link.key);
    }
    return value;
  };
}

function memberOf(compilation: Compilation, node: MemberNode): Evaluate {
  const { key, optional, object: part } = node;
  const object = compilation.compile(part);
  const site = compilation.site(node);
  const checkShort = mayBeShort(part);
  return (frame) => {
    const value = object(frame);
    if (value === null || value === undefined) {
      if (optional) return short;
      throw nullAccess(site, part, value, `read "${key}"`);
    }
    if (checkShort && value === short) return short;
    return readOwn(value, key);
  };
}

export function compileIndex(compilation: Compilation, node: IndexNode): Evaluate {
  const { optional, object: part } = node;
  const object = compilation.compile(part);
  const index = compilation.compile(node.index);
  const site = compilation.site(node);
  const indexSite = compilation.site(node.index);
  const checkShort = mayBeShort(part);
  return (frame: Frame) => {
    const value = object(frame);
    if (checkShort && value === short) return short;
    if (value === null || value === undefined) {
      if (optional) return short;
      throw nullAccess(site, part, value, `read [${excerpt(site.text, node.index)}]`);
    }
    const key = index(frame);
    try {
      return readIndex(frame, value, key);
    } catch (thrown) {
      throw indexSite.locate(thrown);
    }
  };
}

export function compileChain(compilation: Compilation, node: ChainNode): Evaluate {
  const inner = compilation.compile(node.expression);
  return (frame) => {
    const value = inner(frame);
    return value === short ? undefined : value;
  };
}
