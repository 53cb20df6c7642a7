import { durationToMs, isRecord, type JsonObject } from '@conv3n/platform';
import type { BlockManifest } from './block.ts';
import { effectOf } from './block-rules.ts';
import { compileConfig } from './compile-config.ts';
import { exclusiveNodes } from './graph-order.ts';
import type { EdgePlan, GraphPlan, LoopPlan, NodePlan, OnErrorPlan, RetryPlan, WorkflowPlan } from './plan.ts';
import {
  defaultPort,
  type WorkflowEdge,
  type WorkflowFile,
  type WorkflowGraph,
  type WorkflowNode,
} from './workflow-file.ts';

/** Finds a block's manifest by type. */
export type ManifestSource = (type: string) => BlockManifest | undefined;

const defaultTimeoutMs = 30_000;

/** Compiles a file that was validated when it was saved. An unknown block does not stop it: its step fails when it runs. */
export function compileWorkflow(file: WorkflowFile, manifests: ManifestSource): WorkflowPlan {
  const nodes = new Map<string, NodePlan>();
  return {
    file,
    name: file.name,
    graph: compileGraph(file, manifests, [], nodes),
    nodes,
    timeoutMs: file.timeout === undefined ? null : (durationToMs(file.timeout) ?? null),
    concurrency: file.concurrency ?? null,
  };
}

function compileGraph(
  graph: WorkflowGraph,
  manifests: ManifestSource,
  loops: readonly NodePlan[],
  all: Map<string, NodePlan>,
): GraphPlan {
  const ids = Object.keys(graph.nodes);
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const edges: EdgePlan[] = graph.edges.map((edge) => compileEdge(edge, indexes));
  const incoming: EdgePlan[][] = ids.map(() => []);
  const outgoing: EdgePlan[][] = ids.map(() => []);
  for (const edge of edges) {
    incoming[edge.target]?.push(edge);
    outgoing[edge.source]?.push(edge);
  }
  const exclusive = (index: number, node: WorkflowNode) =>
    node.join === 'first' ? exclusiveNodes(index, incoming, outgoing) : [];
  const nodes = ids.map((id, index) => {
    const node = graph.nodes[id] as WorkflowNode;
    const plan = compileNode(id, index, node, manifests, loops, {
      in: incoming[index] ?? [],
      out: outgoing[index] ?? [],
      exclusive: exclusive(index, node),
    });
    all.set(id, plan);
    if (plan.control === 'loop') setLoop(plan, compileLoop(plan, node.config ?? {}, manifests, [...loops, plan], all));
    return plan;
  });
  const indexesWhere = (lists: readonly (readonly EdgePlan[])[]) =>
    lists.flatMap((list, index) => (list.length === 0 ? [index] : []));
  return { nodes, edges, indexes, starts: indexesWhere(incoming), sinks: indexesWhere(outgoing) };
}

/** The body needs the loop's own plan as its parent, so the plan is completed once the body is compiled. */
function setLoop(plan: NodePlan, loop: LoopPlan): void {
  (plan as { loop: LoopPlan | null }).loop = loop;
}

function compileEdge(edge: WorkflowEdge, indexes: ReadonlyMap<string, number>): EdgePlan {
  return {
    source: indexes.get(edge.source) ?? -1,
    port: edge.sourceHandle ?? defaultPort,
    target: indexes.get(edge.target) ?? -1,
    input: edge.targetHandle ?? defaultPort,
  };
}

function compileNode(
  id: string,
  index: number,
  node: WorkflowNode,
  manifests: ManifestSource,
  loops: readonly NodePlan[],
  links: Pick<NodePlan, 'in' | 'out' | 'exclusive'>,
): NodePlan {
  const manifest = manifests(node.type) ?? null;
  const config = node.config ?? {};
  const control = manifest?.control ?? null;
  const timeout = node.timeout ?? (control ? undefined : manifest?.timeout);
  return {
    index,
    id,
    type: node.type,
    control,
    manifest,
    effect: node.effect ?? (manifest ? effectOf(manifest.effect, config) : 'external'),
    config: compileConfig(config, manifest?.config),
    timeoutMs:
      timeout === undefined ? (control ? null : defaultTimeoutMs) : (durationToMs(timeout) ?? defaultTimeoutMs),
    retry: node.retry ? compileRetry(node.retry) : null,
    onError: compileOnError(node.onError),
    join: node.join ?? 'all',
    agent: node.runOn?.agent ?? null,
    compensates: manifest?.compensate === true,
    reconciles: manifest?.reconcile === true,
    loop: null,
    loops,
    ...links,
  };
}

function compileRetry(retry: NonNullable<WorkflowNode['retry']>): RetryPlan {
  return {
    maxAttempts: retry.maxAttempts,
    delayMs: durationToMs(retry.delay ?? '1s') ?? 1000,
    exponential: (retry.backoff ?? 'exponential') === 'exponential',
    maxDelayMs: durationToMs(retry.maxDelay ?? '1m') ?? 60_000,
    jitter: retry.jitter ?? true,
    on: retry.on ? new Set(retry.on) : null,
  };
}

function compileOnError(onError: WorkflowNode['onError']): OnErrorPlan {
  if (onError === undefined) return { kind: 'stop' };
  return typeof onError === 'string' ? { kind: onError } : { kind: 'fallback', value: onError.fallback };
}

function compileLoop(
  plan: NodePlan,
  config: JsonObject,
  manifests: ManifestSource,
  loops: readonly NodePlan[],
  all: Map<string, NodePlan>,
): LoopPlan {
  const graph = isRecord(config.body) ? (config.body as unknown as WorkflowGraph) : { nodes: {}, edges: [] };
  const body = compileGraph({ nodes: graph.nodes ?? {}, edges: graph.edges ?? [] }, manifests, loops, all);
  const number = (value: unknown, otherwise: number) => (typeof value === 'number' && value >= 1 ? value : otherwise);
  const { roots } = plan.config.uses;
  return {
    body,
    concurrency: number(config.concurrency, 1),
    batch: number(config.batch, 1),
    collect: config.onItemError === 'collect',
    tight: body.nodes.every(isTight),
    storeItems: roots.has('$vars') || roots.has('$env'),
  };
}

function isTight(node: NodePlan): boolean {
  return node.control === null && node.manifest !== null && node.effect === 'pure' && !node.retry && !node.agent;
}
