import { describe } from '../convert.ts';
import { type Callback, charge, type Evaluate, type Frame } from '../frame.ts';
import type { ArrowNode, CallNode, MemberNode, NameNode, NewDateNode, Node, SpreadNode } from '../language/ast.ts';
import { makeDate } from '../methods/date.ts';
import { globalFunctions } from '../methods/functions.ts';
import type { BuiltIn } from '../methods/method.ts';
import { namespaces } from '../methods/namespaces.ts';
import { suggestion } from '../names.ts';
import { excerpt } from '../source.ts';
import type { Compilation } from './compilation.ts';
import { mayBeShort, nullAccess, short } from './compile-access.ts';
import { compileArrow } from './compile-arrow.ts';
import { compileItems } from './compile-literal.ts';
import { findMethod, type MethodLookup, methodNames } from './method-lookup.ts';

// A call by way of a built-in in a callback position costs about as much as a small arrow function.
const builtInSteps = 4;

type Argument = Node | SpreadNode | ArrowNode;

/** The built-in a callee names: `parseInt` or `Math.max`; undefined when it is a method of a value. */
function builtInOf(compilation: Compilation, node: Node): { run: BuiltIn; name: string } | undefined {
  if (node.type === 'name' && compilation.local(node.name) === undefined) {
    const run = globalFunctions.get(node.name);
    return run && { run, name: node.name };
  }
  if (node.type !== 'member' || node.object.type !== 'name') return undefined;
  const { name } = node.object;
  const namespace = compilation.local(name) === undefined ? namespaces.get(name) : undefined;
  if (!namespace) return undefined;
  const run = namespace.functions.get(node.key);
  if (run) return { run, name: `${name}.${node.key}` };
  const hint = suggestion(node.key, namespace.functions.keys());
  throw compilation.site(node).error('expression_unknown_name', `There is no function ${name}.${node.key}.${hint}`);
}

export function compileCall(compilation: Compilation, node: CallNode): Evaluate {
  const builtIn = builtInOf(compilation, node.callee);
  if (builtIn) return callBuiltIn(compilation, node, builtIn.name, builtIn.run);
  if (node.callee.type === 'member') return callMethod(compilation, node, node.callee);
  const site = compilation.site(node.callee);
  if (node.callee.type === 'index') {
    throw site.error('expression_forbidden', 'A method is called by its name, not by a computed one.');
  }
  if (node.callee.type === 'name' && compilation.local(node.callee.name) === undefined) {
    throw unknownName(compilation, node.callee);
  }
  // What is wrong inside the callee matters more than that it is called.
  compilation.compile(node.callee);
  throw site.error('expression_type', 'Only built-in functions and methods can be called; this is a value.');
}

/** The error of a name that is no parameter, or is built in but no value. */
export function unknownName(compilation: Compilation, node: NameNode): Error {
  const { name } = node;
  const site = compilation.site(node);
  if (globalFunctions.has(name))
    return site.error('expression_type', `"${name}" is a function. Call it: ${name}(...).`);
  if (namespaces.has(name)) {
    return site.error('expression_type', `"${name}" holds functions and is no value. Call one of them.`);
  }
  const names = [...compilation.localNames(), ...compilation.roots, ...globalFunctions.keys(), ...namespaces.keys()];
  const hint = compilation.roots.has(`$${name}`) ? ` Did you mean "$${name}"?` : suggestion(name, names);
  return site.error('expression_unknown_name', `There is no "${name}".${hint}`);
}

function callBuiltIn(compilation: Compilation, node: CallNode, name: string, run: BuiltIn): Evaluate {
  const site = compilation.site(node);
  const args = compileArguments(compilation, node.args, name === 'Array.from' ? 1 : undefined);
  return (frame) => {
    const values = args(frame);
    try {
      return run(frame, values);
    } catch (thrown) {
      throw site.locate(thrown);
    }
  };
}

function callMethod(compilation: Compilation, node: CallNode, callee: MemberNode): Evaluate {
  const { key: name, object: part } = callee;
  const lookup = findMethod(name);
  if (!lookup) {
    const message = `There is no method "${name}".${suggestion(name, methodNames())}`;
    throw compilation.site(callee).error('expression_unknown_name', message);
  }
  const object = compilation.compile(part);
  const site = compilation.site(node);
  const args = compileArguments(compilation, node.args, callbackPosition(compilation, node, name, lookup));
  const checkShort = mayBeShort(part);
  return (frame) => {
    const self = object(frame);
    if (self === null || self === undefined) {
      if (callee.optional) return short;
      throw nullAccess(site, part, self, `call ${name}()`);
    }
    if (checkShort && self === short) return short;
    const run = lookup.pick(self);
    if (!run) {
      if (node.optional) return short;
      const message = `${name}() is a method of ${lookup.owners}; ${excerpt(site.text, part)} is ${describe(self)}.`;
      throw site.error('expression_type', message);
    }
    const values = args(frame);
    try {
      return run(frame, self, values);
    } catch (thrown) {
      throw site.locate(thrown);
    }
  };
}

/** Where a function is expected among the arguments. @throws Conv3nError when it must be there and is not */
function callbackPosition(compilation: Compilation, node: CallNode, name: string, lookup: MethodLookup) {
  if (lookup.callback === 'none') return undefined;
  const first = node.args[0];
  if (first === undefined && lookup.callback === 'optional') return undefined;
  if (first === undefined || first.type === 'spread') {
    throw compilation.site(node).error('expression_type', `${name}() needs a function: ${name}(x => ...).`);
  }
  return 0;
}

function compileArguments(
  compilation: Compilation,
  args: readonly Argument[],
  callbackAt: number | undefined,
): (frame: Frame) => unknown[] {
  const callbackNode = callbackAt === undefined ? undefined : args[callbackAt];
  const misplaced = args.find((arg) => arg.type === 'arrow' && arg !== callbackNode);
  if (misplaced) {
    const message = 'An arrow function stands only where a list method takes one, such as map or filter.';
    throw compilation.site(misplaced).error('expression_syntax', message);
  }
  const spread = args.findIndex((arg) => arg.type === 'spread');
  if (callbackAt !== undefined && spread >= 0 && spread <= callbackAt) {
    const site = compilation.site(args[spread] as Argument);
    throw site.error('expression_syntax', 'No spread can stand where a function may follow. Write the arguments out.');
  }
  if (callbackAt === undefined || callbackNode === undefined) {
    return compileItems(compilation, args as readonly (Node | SpreadNode)[]);
  }
  const callback = compileCallback(compilation, callbackNode);
  const before = compileItems(compilation, args.slice(0, callbackAt) as (Node | SpreadNode)[]);
  const after = compileItems(compilation, args.slice(callbackAt + 1) as (Node | SpreadNode)[]);
  if (callbackAt === 0 && args.length === 1) return () => [callback];
  return (frame) => [...before(frame), callback, ...after(frame)];
}

function compileCallback(compilation: Compilation, node: Argument): Callback {
  if (node.type === 'arrow') return compileArrow(compilation, node);
  const builtIn = node.type === 'spread' ? undefined : builtInOf(compilation, node);
  if (!builtIn) {
    throw compilation
      .site(node)
      .error('expression_type', 'A function is needed here: write x => ... or name one like Number.');
  }
  const { run } = builtIn;
  return (frame, ...values) => {
    charge(frame, builtInSteps);
    return run(frame, values);
  };
}

export function compileNewDate(compilation: Compilation, node: NewDateNode): Evaluate {
  const args = compileItems(compilation, node.args);
  const site = compilation.site(node);
  return (frame) => {
    const values = args(frame);
    try {
      return makeDate(frame, values);
    } catch (thrown) {
      throw site.locate(thrown);
    }
  };
}
