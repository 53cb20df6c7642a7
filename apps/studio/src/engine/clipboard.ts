import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from '@conv3n/workflow';
import type { Point } from './graph-edit.ts';
import { bodyOf } from './graph-path.ts';
import { freeNodeId } from './node-id.ts';
import { rewriteReferences } from './rename.ts';

/** What a copy holds: plain JSON, so it travels through the system clipboard between tabs. */
export interface Fragment {
  readonly conv3n: 'fragment/v1';
  readonly nodes: Readonly<Record<string, WorkflowNode>>;
  readonly edges: readonly WorkflowEdge[];
}

/** Selected nodes with the edges between them; `places` gives positions the file does not hold yet. */
export function copyNodes(
  graph: WorkflowGraph,
  ids: ReadonlySet<string>,
  places: ReadonlyMap<string, Point>,
): Fragment {
  const nodes = Object.entries(graph.nodes)
    .filter(([id]) => ids.has(id))
    .map(([id, node]) => [id, { ...node, position: places.get(id) ?? node.position ?? { x: 0, y: 0 } }] as const);
  const edges = graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target));
  return { conv3n: 'fragment/v1', nodes: Object.fromEntries(nodes), edges };
}

/** Reads a fragment from clipboard text; undefined for anything else. */
export function parseFragment(text: string): Fragment | undefined {
  if (!text.includes('"fragment/v1"')) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Fragment>;
    return value.conv3n === 'fragment/v1' && value.nodes && value.edges ? (value as Fragment) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function freshIds(graph: WorkflowGraph, taken: Set<string>, ids: Map<string, string>): void {
  for (const [id, node] of Object.entries(graph.nodes)) {
    const fresh = freeNodeId(id, taken);
    taken.add(fresh);
    ids.set(id, fresh);
    const body = bodyOf(node);
    if (body !== undefined) freshIds(body, taken, ids);
  }
}

function renamed(graph: WorkflowGraph, ids: ReadonlyMap<string, string>): WorkflowGraph {
  const nodes = Object.entries(graph.nodes).map(([id, node]) => {
    const body = node.config?.['body'] === undefined ? undefined : bodyOf(node);
    const config = node.config && {
      ...rewriteReferences(node.config, ids),
      ...(body === undefined ? {} : { body: renamed(body, ids) as never }),
    };
    return [ids.get(id) ?? id, config === undefined ? node : { ...node, config }] as const;
  });
  const edges = graph.edges.map(({ id: _id, ...edge }) => ({
    ...edge,
    source: ids.get(edge.source) ?? edge.source,
    target: ids.get(edge.target) ?? edge.target,
  }));
  return { nodes: Object.fromEntries(nodes), edges };
}

/** Adds a fragment under free ids, moved by `offset`; answers the graph and the new ids. */
export function pasteFragment(
  graph: WorkflowGraph,
  fragment: Fragment,
  taken: ReadonlySet<string>,
  offset: Point,
): { readonly graph: WorkflowGraph; readonly ids: readonly string[] } {
  const ids = new Map<string, string>();
  freshIds(fragment, new Set(taken), ids);
  const copy = renamed(fragment, ids);
  const nodes = Object.entries(copy.nodes).map(([id, node]) => {
    const at = node.position ?? { x: 0, y: 0 };
    return [id, { ...node, position: { x: Math.round(at.x + offset.x), y: Math.round(at.y + offset.y) } }] as const;
  });
  return {
    graph: {
      ...graph,
      nodes: { ...graph.nodes, ...Object.fromEntries(nodes) },
      edges: [...graph.edges, ...copy.edges],
    },
    ids: nodes.map(([id]) => id),
  };
}
