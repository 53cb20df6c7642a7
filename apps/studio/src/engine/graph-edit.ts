import type { WorkflowGraph, WorkflowNode } from '@conv3n/workflow';
import { edgeOf, type NewEdge } from './connect.ts';
import { defaultPort } from './ports.ts';

/** A place on the canvas. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Stable key of each edge in file order: its ports, with a counter where a file holds duplicates. */
export function edgeKeys(graph: WorkflowGraph): readonly string[] {
  const seen = new Map<string, number>();
  return graph.edges.map((edge) => {
    const base = `${edge.source}:${edge.sourceHandle ?? defaultPort}>${edge.target}:${edge.targetHandle ?? defaultPort}`;
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return count === 0 ? base : `${base}#${count}`;
  });
}

/** Adds a node; `after` connects its given port to the new node. */
export function addNode(graph: WorkflowGraph, id: string, node: WorkflowNode, after?: NewEdge): WorkflowGraph {
  const edges = after === undefined ? graph.edges : [...graph.edges, edgeOf(after)];
  return { ...graph, nodes: { ...graph.nodes, [id]: node }, edges };
}

/** Adds an edge; the caller has asked `connectProblem`. */
export function connect(graph: WorkflowGraph, edge: NewEdge): WorkflowGraph {
  return { ...graph, edges: [...graph.edges, edgeOf(edge)] };
}

/** Removes nodes with their edges, and single edges by key. */
export function remove(graph: WorkflowGraph, nodes: ReadonlySet<string>, edges: ReadonlySet<string>): WorkflowGraph {
  const keys = edgeKeys(graph);
  const keptNodes = Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => !nodes.has(id)));
  const keptEdges = graph.edges.filter(
    (edge, index) => !edges.has(keys[index] ?? '') && !nodes.has(edge.source) && !nodes.has(edge.target),
  );
  return { ...graph, nodes: keptNodes, edges: keptEdges };
}

/** Puts nodes at places, rounded to whole pixels. */
export function moveTo(graph: WorkflowGraph, places: ReadonlyMap<string, Point>): WorkflowGraph {
  const nodes = Object.entries(graph.nodes).map(([id, node]) => {
    const place = places.get(id);
    return [id, place ? { ...node, position: { x: Math.round(place.x), y: Math.round(place.y) } } : node] as const;
  });
  return { ...graph, nodes: Object.fromEntries(nodes) };
}

/** Replaces a node. Keys whose value is undefined are left out of the file. */
export function updateNode(
  graph: WorkflowGraph,
  id: string,
  patch: Partial<Record<keyof WorkflowNode, unknown>>,
): WorkflowGraph {
  const node = graph.nodes[id];
  if (node === undefined) return graph;
  const next = Object.entries({ ...node, ...patch }).filter(([, value]) => value !== undefined);
  return { ...graph, nodes: { ...graph.nodes, [id]: Object.fromEntries(next) as unknown as WorkflowNode } };
}

/** Sets or, with undefined, removes one field of a node's config. */
export function setConfig(graph: WorkflowGraph, id: string, field: string, value: unknown): WorkflowGraph {
  const config = Object.entries({ ...graph.nodes[id]?.config, [field]: value }).filter(
    ([, item]) => item !== undefined,
  );
  return updateNode(graph, id, { config: Object.fromEntries(config) });
}
