import type { WorkflowFile, WorkflowGraph, WorkflowNode } from '@conv3n/workflow';

/** Ids of the loop nodes that lead to a graph, outermost first; empty for the top level. */
export type GraphPath = readonly string[];

const emptyGraph: WorkflowGraph = { nodes: {}, edges: [] };

function isGraph(value: unknown): value is WorkflowGraph {
  return typeof value === 'object' && value !== null && 'nodes' in value && 'edges' in value;
}

/** The graph inside a loop node; undefined for every other node. A loop without a body has an empty one. */
export function bodyOf(node: WorkflowNode | undefined): WorkflowGraph | undefined {
  if (node === undefined) return undefined;
  const body = node.config?.['body'];
  if (isGraph(body)) return body;
  return node.type === 'std/loop' ? emptyGraph : undefined;
}

/** The graph at a path; undefined when a loop on the way is gone. */
export function graphAt(file: WorkflowFile, path: GraphPath): WorkflowGraph | undefined {
  let graph: WorkflowGraph | undefined = file;
  for (const id of path) graph = bodyOf(graph?.nodes[id]);
  return graph;
}

function replaceInGraph<G extends WorkflowGraph>(graph: G, path: GraphPath, next: WorkflowGraph): G {
  const [head, ...rest] = path;
  if (head === undefined) return { ...graph, nodes: next.nodes, edges: next.edges };
  const loop = graph.nodes[head];
  const body = bodyOf(loop);
  if (loop === undefined || body === undefined) return graph;
  const config = { ...loop.config, body: replaceInGraph(body, rest, next) as never };
  return { ...graph, nodes: { ...graph.nodes, [head]: { ...loop, config } } };
}

/** The file with the graph at `path` replaced; everything else, key order included, stays as it was. */
export function replaceGraph(file: WorkflowFile, path: GraphPath, next: WorkflowGraph): WorkflowFile {
  return replaceInGraph(file, path, next);
}

/** Every node of the file with the path of its graph, loop bodies included. */
export function* allNodes(graph: WorkflowGraph, path: GraphPath = []): Generator<[string, WorkflowNode, GraphPath]> {
  for (const [id, node] of Object.entries(graph.nodes)) {
    yield [id, node, path];
    const body = bodyOf(node);
    if (body !== undefined) yield* allNodes(body, [...path, id]);
  }
}

/** Ids taken anywhere in the file. */
export function takenIds(file: WorkflowFile): ReadonlySet<string> {
  return new Set([...allNodes(file)].map(([id]) => id));
}

/** The path of the graph a node stands in. */
export function pathOfNode(file: WorkflowFile, node: string): GraphPath | undefined {
  for (const [id, , path] of allNodes(file)) if (id === node) return path;
  return undefined;
}

/** A node wherever it stands in the file. */
export function findNode(file: WorkflowFile, node: string): WorkflowNode | undefined {
  const path = pathOfNode(file, node);
  return path === undefined ? undefined : graphAt(file, path)?.nodes[node];
}
