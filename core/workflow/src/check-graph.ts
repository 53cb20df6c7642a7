import type { BlockManifest } from './block.ts';
import { outputPorts } from './block-rules.ts';
import { defaultPort, type WorkflowGraph, type WorkflowNode } from './workflow-file.ts';
import { type ProblemList, under } from './workflow-problem.ts';

/** A graph with its place in the file and what surrounds it. */
export interface GraphPlace {
  readonly graph: WorkflowGraph;
  readonly path: string;
  /** The loop this is the body of, and the graph that holds it. */
  readonly outer: { readonly place: GraphPlace; readonly loop: string } | null;
}

export type FindManifest = (type: string) => BlockManifest | undefined;

/** Edges: ends, ports, doubles, cycles. */
export function checkEdges(place: GraphPlace, find: FindManifest, list: ProblemList): void {
  const { graph, path } = place;
  const ids = Object.keys(graph.nodes);
  const seen = new Set<string>();
  for (const [index, edge] of graph.edges.entries()) {
    const at = under(under(path, 'edges'), index);
    for (const end of ['source', 'target'] as const) {
      if (Object.hasOwn(graph.nodes, edge[end])) continue;
      list.addUnknown(
        under(at, end),
        'dangling_edge',
        `There is no node "${edge[end]}" beside this edge.`,
        edge[end],
        ids,
      );
    }
    const key = JSON.stringify([
      edge.source,
      edge.sourceHandle ?? defaultPort,
      edge.target,
      edge.targetHandle ?? defaultPort,
    ]);
    if (seen.has(key))
      list.add(
        at,
        'duplicate_edge',
        `Another edge joins the same ports of ${edge.source} and ${edge.target}. Remove one.`,
      );
    seen.add(key);
    const source = Object.hasOwn(graph.nodes, edge.source) ? graph.nodes[edge.source] : undefined;
    if (source) checkPort(edge.source, source, edge.sourceHandle ?? defaultPort, under(at, 'sourceHandle'), find, list);
    const target = Object.hasOwn(graph.nodes, edge.target) ? graph.nodes[edge.target] : undefined;
    if (target && find(target.type)?.control === 'trigger') {
      list.add(under(at, 'target'), 'trigger_has_input', `Node ${edge.target} is a trigger; nothing can lead to it.`);
    }
  }
  const cycle = findCycle(graph);
  if (cycle) {
    list.add(
      under(path, 'edges'),
      'cycle',
      `The edges form a circle: ${cycle.join(' -> ')}. Use a loop block to repeat steps.`,
    );
  }
}

function checkPort(
  id: string,
  node: WorkflowNode,
  port: string,
  at: string,
  find: FindManifest,
  list: ProblemList,
): void {
  const manifest = find(node.type);
  if (!manifest) return;
  const ports = [...outputPorts(manifest, node.config ?? {})];
  if (node.onError === 'port') ports.push('error');
  if (ports.includes(port)) return;
  const hint = port === 'error' ? ' Set onError: "port" to use the port error.' : '';
  list.addUnknown(
    at,
    'unknown_port',
    `Node ${id} has no output port "${port}"; it has ${ports.join(', ')}.${hint}`,
    port,
    ports,
  );
}

/** The ids of one circle, its first node repeated at the end. */
function findCycle(graph: WorkflowGraph): string[] | undefined {
  const next = targetsOf(graph);
  const done = new Set<string>();
  for (const start of Object.keys(graph.nodes)) {
    if (done.has(start)) continue;
    const path: string[] = [start];
    const iterators = [(next.get(start) ?? []).values()];
    const onPath = new Set(path);
    while (iterators.length > 0) {
      const step = iterators[iterators.length - 1]?.next();
      if (!step || step.done) {
        iterators.pop();
        const left = path.pop() as string;
        onPath.delete(left);
        done.add(left);
      } else if (onPath.has(step.value)) {
        return [...path.slice(path.indexOf(step.value)), step.value];
      } else if (!done.has(step.value)) {
        path.push(step.value);
        onPath.add(step.value);
        iterators.push((next.get(step.value) ?? []).values());
      }
    }
  }
  return undefined;
}

function targetsOf(graph: WorkflowGraph): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { source, target } of graph.edges) {
    const targets = next.get(source);
    if (targets) targets.push(target);
    else next.set(source, [target]);
  }
  return next;
}

/** Ids of the nodes from which edges lead to `id`, directly or not. */
export function ancestors(graph: WorkflowGraph, id: string): ReadonlySet<string> {
  const sources = new Map<string, string[]>();
  for (const { source, target } of graph.edges) {
    const list = sources.get(target);
    if (list) list.push(source);
    else sources.set(target, [source]);
  }
  const found = new Set<string>();
  const queue = [id];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    for (const source of sources.get(current) ?? []) {
      if (found.has(source)) continue;
      found.add(source);
      queue.push(source);
    }
  }
  return found;
}
