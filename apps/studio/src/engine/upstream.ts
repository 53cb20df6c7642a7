import type { WorkflowGraph } from '@conv3n/workflow';

/** True when a path leads from one node to another. */
export function reaches(graph: WorkflowGraph, from: string, to: string): boolean {
  const open = [from];
  const seen = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    for (const edge of graph.edges) {
      if (edge.source !== id || seen.has(edge.target)) continue;
      seen.add(edge.target);
      open.push(edge.target);
    }
  }
  return false;
}

/** Nodes whose data a node may read, nearest first: every ancestor in its graph. */
export function upstreamOf(graph: WorkflowGraph, node: string): readonly string[] {
  const found: string[] = [];
  let level = [node];
  const seen = new Set(level);
  while (level.length > 0) {
    const next: string[] = [];
    for (const edge of graph.edges) {
      if (!level.includes(edge.target) || seen.has(edge.source)) continue;
      seen.add(edge.source);
      next.push(edge.source);
    }
    found.push(...next);
    level = next;
  }
  return found;
}

/** Nodes without an incoming edge, in file order. */
export function startNodes(graph: WorkflowGraph): readonly string[] {
  const targets = new Set(graph.edges.map((edge) => edge.target));
  return Object.keys(graph.nodes).filter((id) => !targets.has(id));
}
