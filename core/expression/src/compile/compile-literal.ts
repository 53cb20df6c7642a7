import { toText } from '../convert.ts';
import { charge, type Evaluate, type Frame, reserveList, reserveText } from '../frame.ts';
import { defineOwn, toKey } from '../keys.ts';
import type { ArrayNode, Node, ObjectNode, SpreadNode, TemplateNode } from '../language/ast.ts';
import { copyFields, elementsOf, keyedSteps } from '../methods/spread.ts';
import type { Compilation } from './compilation.ts';

export function compileTemplateLiteral(compilation: Compilation, node: TemplateNode): Evaluate {
  const { texts } = node;
  const parts = node.parts.map((part) => ({ run: compilation.compile(part), site: compilation.site(part) }));
  return (frame) => {
    let result = texts[0] as string;
    for (let index = 0; index < parts.length; index++) {
      const { run, site } = parts[index] as (typeof parts)[number];
      const value = run(frame);
      try {
        const text = toText(frame, value);
        const tail = texts[index + 1] as string;
        reserveText(frame, result.length + text.length + tail.length);
        result += text + tail;
      } catch (thrown) {
        throw site.locate(thrown);
      }
    }
    return result;
  };
}

/** Elements or arguments, spreads resolved; every list is checked before it grows. */
export function compileItems(
  compilation: Compilation,
  nodes: readonly (Node | SpreadNode)[],
): (frame: Frame) => unknown[] {
  if (!nodes.some((node) => node.type === 'spread')) {
    const runs = (nodes as readonly Node[]).map((node) => compilation.compile(node));
    const [first, second] = runs as [Evaluate, Evaluate];
    if (runs.length === 0) return () => [];
    if (runs.length === 1) return (frame) => [first(frame)];
    if (runs.length === 2) return (frame) => [first(frame), second(frame)];
    return (frame) => {
      const list: unknown[] = [];
      for (let index = 0; index < runs.length; index++) list.push((runs[index] as Evaluate)(frame));
      return list;
    };
  }
  const items = nodes.map((node) => ({
    spread: node.type === 'spread',
    run: compilation.compile(node.type === 'spread' ? node.value : node),
    site: compilation.site(node),
  }));
  return (frame) => {
    const list: unknown[] = [];
    for (const { spread, run, site } of items) {
      const value = run(frame);
      if (!spread) {
        list.push(value);
        continue;
      }
      try {
        const more = elementsOf(frame, value);
        reserveList(frame, list.length + more.length);
        for (let index = 0; index < more.length; index++) list.push(more[index]);
      } catch (thrown) {
        throw site.locate(thrown);
      }
    }
    return list;
  };
}

export function compileArray(compilation: Compilation, node: ArrayNode): Evaluate {
  return compileItems(compilation, node.items);
}

type Write = (frame: Frame, target: Record<string, unknown>) => void;

export function compileObject(compilation: Compilation, node: ObjectNode): Evaluate {
  const writes = node.entries.map((entry): Write => {
    const value = compilation.compile(entry.value);
    const site = compilation.site(entry);
    if (entry.type === 'spread') {
      return (frame, target) => {
        const source = value(frame);
        try {
          copyFields(frame, target, source);
        } catch (thrown) {
          throw site.locate(thrown);
        }
      };
    }
    const { key } = entry;
    if (typeof key === 'string') return (frame, target) => defineOwn(target, key, value(frame));
    const run = compilation.compile(key);
    const keySite = compilation.site(key);
    return (frame, target) => {
      const computed = run(frame);
      let name: string;
      try {
        charge(frame, keyedSteps);
        name = toKey(frame, computed);
      } catch (thrown) {
        throw keySite.locate(thrown);
      }
      defineOwn(target, name, value(frame));
    };
  });
  return (frame) => {
    const target: Record<string, unknown> = {};
    for (let index = 0; index < writes.length; index++) (writes[index] as Write)(frame, target);
    return target;
  };
}
