import type { Evaluate } from '../frame.ts';
import type { MemberNode, NameNode, Node } from '../language/ast.ts';
import { namespaces } from '../methods/namespaces.ts';
import { suggestion } from '../names.ts';
import type { Compilation } from './compilation.ts';
import { compileChain, compileIndex, compileMember, compileRoot } from './compile-access.ts';
import { compileCall, compileNewDate, unknownName } from './compile-call.ts';
import { compileArray, compileObject, compileTemplateLiteral } from './compile-literal.ts';
import { compileBinary, compileConditional, compileLogical, compileUnary } from './compile-operator.ts';

/** A node as a closure over its parts. */
export function compileNode(compilation: Compilation, node: Node): Evaluate {
  switch (node.type) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'name':
      return compileName(compilation, node);
    case 'root':
      return compileRoot(compilation, node);
    case 'member':
      return compileConstant(compilation, node) ?? compileMember(compilation, node);
    case 'index':
      return compileIndex(compilation, node);
    case 'chain':
      return compileChain(compilation, node);
    case 'call':
      return compileCall(compilation, node);
    case 'newDate':
      return compileNewDate(compilation, node);
    case 'binary':
      return compileBinary(compilation, node);
    case 'logical':
      return compileLogical(compilation, node);
    case 'conditional':
      return compileConditional(compilation, node);
    case 'unary':
      return compileUnary(compilation, node);
    case 'template':
      return compileTemplateLiteral(compilation, node);
    case 'array':
      return compileArray(compilation, node);
    case 'object':
      return compileObject(compilation, node);
  }
}

function compileName(compilation: Compilation, node: NameNode): Evaluate {
  const slot = compilation.local(node.name);
  if (slot === undefined) throw unknownName(compilation, node);
  return (frame) => frame.slots[slot];
}

/** `Math.PI` and its like. */
function compileConstant(compilation: Compilation, node: MemberNode): Evaluate | undefined {
  if (node.object.type !== 'name' || compilation.local(node.object.name) !== undefined) return undefined;
  const { name } = node.object;
  const namespace = namespaces.get(name);
  if (!namespace) return undefined;
  const value = namespace.constants.get(node.key);
  if (value !== undefined) return () => value;
  const site = compilation.site(node);
  if (namespace.functions.has(node.key)) {
    throw site.error('expression_type', `${name}.${node.key} is a function. Call it: ${name}.${node.key}(...).`);
  }
  const hint = suggestion(node.key, [...namespace.constants.keys(), ...namespace.functions.keys()]);
  throw site.error('expression_unknown_name', `There is no ${name}.${node.key}.${hint}`);
}
