import { describe } from '../convert.ts';
import { Fault } from '../errors.ts';
import { type Callback, charge, type Frame } from '../frame.ts';
import { readOwn } from '../keys.ts';
import type { ArrowNode, Pattern } from '../language/ast.ts';
import { globalFunctions } from '../methods/functions.ts';
import { namespaces } from '../methods/namespaces.ts';
import { elementsOf } from '../methods/spread.ts';
import type { Compilation } from './compilation.ts';

type Bind = (frame: Frame, value: unknown) => void;

/** Every call costs the nodes of the body, so no other node needs to count. */
export function compileArrow(compilation: Compilation, node: ArrowNode): Callback {
  return compilation.inScope(() => {
    const slots = node.params.map((param) => (param.type === 'bind' ? declare(compilation, param) : -1));
    const binds = node.params.map((param, index) =>
      param.type === 'bind' ? slotBind(slots[index] as number) : compileBind(compilation, param),
    );
    const body = compilation.compile(node.body);
    const cost = node.body.weight + node.params.length;
    const [s0 = -1, s1 = -1] = slots;
    if (binds.length === 1 && s0 >= 0) {
      return (frame, first) => {
        charge(frame, cost);
        frame.slots[s0] = first;
        return body(frame);
      };
    }
    if (binds.length === 2 && s0 >= 0 && s1 >= 0) {
      return (frame, first, second) => {
        charge(frame, cost);
        frame.slots[s0] = first;
        frame.slots[s1] = second;
        return body(frame);
      };
    }
    return (frame, ...values) => {
      charge(frame, cost);
      for (let index = 0; index < binds.length; index++) (binds[index] as Bind)(frame, values[index]);
      return body(frame);
    };
  });
}

function declare(compilation: Compilation, param: Pattern & { type: 'bind' }): number {
  const { name, span } = param;
  if (globalFunctions.has(name) || namespaces.has(name)) {
    throw compilation.site(span).error('expression_syntax', `"${name}" is built in. Choose another parameter name.`);
  }
  const slot = compilation.declare(name);
  if (slot === undefined) {
    throw compilation.site(span).error('expression_syntax', `There are two parameters "${name}". Rename one.`);
  }
  return slot;
}

function slotBind(slot: number): Bind {
  return (frame, value) => {
    frame.slots[slot] = value;
  };
}

function compileBind(compilation: Compilation, pattern: Pattern): Bind {
  if (pattern.type === 'bind') return slotBind(declare(compilation, pattern));
  const site = compilation.site(pattern.span);
  if (pattern.type === 'elements') {
    const targets = pattern.elements.map((element) => element && compileBind(compilation, element));
    return (frame, value) => {
      let list: readonly unknown[];
      try {
        list = elementsOf(frame, value);
      } catch (thrown) {
        throw site.locate(thrown);
      }
      for (let index = 0; index < targets.length; index++) targets[index]?.(frame, list[index]);
    };
  }
  const fields = pattern.fields.map(({ key, target }) => ({ key, bind: compileBind(compilation, target) }));
  return (frame, value) => {
    if (value === null || value === undefined) {
      const message = `This takes fields out of ${describe(value)}. Filter such elements out first.`;
      throw site.locate(new Fault('expression_null_access', message));
    }
    for (const { key, bind } of fields) bind(frame, readOwn(value, key));
  };
}
