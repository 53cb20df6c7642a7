import type { Node } from './ast.ts';

/**
 * What the value of an expression can be, known without running it: a primitive, something read from a root (plain data
 * that needs no second look), or something the expression built.
 */
export type Outcome = 'scalar' | 'read' | 'built';

const rank: Readonly<Record<Outcome, number>> = { scalar: 0, read: 1, built: 2 };

/** The widest of several outcomes. */
function widest(...outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((a, b) => (rank[b] > rank[a] ? b : a));
}

export function outcomeOf(node: Node): Outcome {
  switch (node.type) {
    case 'literal':
    case 'template':
    case 'unary':
    case 'binary':
      return 'scalar';
    case 'root':
      return 'read';
    case 'member':
    case 'index':
      return widest('read', outcomeOf(node.object));
    case 'chain':
      return outcomeOf(node.expression);
    case 'logical':
      return widest(outcomeOf(node.left), outcomeOf(node.right));
    case 'conditional':
      return widest(outcomeOf(node.then), outcomeOf(node.otherwise));
    default:
      return 'built';
  }
}
