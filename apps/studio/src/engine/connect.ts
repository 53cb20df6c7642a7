import type { WorkflowEdge, WorkflowGraph } from '@conv3n/workflow';
import { defaultPort } from './ports.ts';
import { reaches } from './upstream.ts';

/** An edge about to be drawn. */
export interface NewEdge {
  readonly source: string;
  readonly sourceHandle?: string | null | undefined;
  readonly target: string;
  readonly targetHandle?: string | null | undefined;
}

/** Same nodes and ports; a missing handle is the port `default`. */
export function sameEdge(a: NewEdge, b: NewEdge): boolean {
  return (
    a.source === b.source &&
    a.target === b.target &&
    (a.sourceHandle ?? defaultPort) === (b.sourceHandle ?? defaultPort) &&
    (a.targetHandle ?? defaultPort) === (b.targetHandle ?? defaultPort)
  );
}

/** Why an edge cannot be drawn, or undefined when it can: no self-loops, no duplicates, no cycles, nothing into a trigger. */
export function connectProblem(
  graph: WorkflowGraph,
  edge: NewEdge,
  isTrigger: (type: string) => boolean,
): string | undefined {
  const target = graph.nodes[edge.target];
  if (graph.nodes[edge.source] === undefined || target === undefined) return 'Both ends must be nodes of this graph.';
  if (edge.source === edge.target) return 'A node cannot feed itself. Use a loop to repeat work.';
  if (isTrigger(target.type)) return 'A trigger starts a workflow; nothing can lead into it.';
  if (graph.edges.some((other) => sameEdge(other, edge))) return 'These ports are already connected.';
  if (reaches(graph, edge.target, edge.source)) return 'This would make a cycle. Use a loop to repeat work.';
  return undefined;
}

/** The edge as it stands in the file: handles only where they are not `default`. */
export function edgeOf(edge: NewEdge): WorkflowEdge {
  const sourceHandle = edge.sourceHandle ?? defaultPort;
  const targetHandle = edge.targetHandle ?? defaultPort;
  return {
    source: edge.source,
    ...(sourceHandle === defaultPort ? {} : { sourceHandle }),
    target: edge.target,
    ...(targetHandle === defaultPort ? {} : { targetHandle }),
  };
}
