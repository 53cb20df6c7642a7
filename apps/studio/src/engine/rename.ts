import type { WorkflowFile, WorkflowGraph, WorkflowNode } from '@conv3n/workflow';

function inStrings(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => inStrings(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inStrings(item, replace)]));
}

/** Rewrites `$node.<id>` and `$node["<id>"]` in every string of a config. */
export function rewriteReferences<T>(config: T, ids: ReadonlyMap<string, string>): T {
  if (ids.size === 0) return config;
  const replace = (text: string): string =>
    text
      .replace(/\$node(\?)?\.([A-Za-z_][A-Za-z0-9_]*)/g, (whole, optional: string | undefined, id: string) =>
        ids.has(id) ? `$node${optional ?? ''}.${ids.get(id)}` : whole,
      )
      .replace(/\$node\[(["'])([A-Za-z_][A-Za-z0-9_]*)\1\]/g, (whole, quote: string, id: string) =>
        ids.has(id) ? `$node[${quote}${ids.get(id)}${quote}]` : whole,
      );
  return inStrings(config, replace) as T;
}

function renameInGraph<G extends WorkflowGraph>(graph: G, ids: ReadonlyMap<string, string>): G {
  const nodes = Object.entries(graph.nodes).map(([id, node]): [string, WorkflowNode] => {
    const body = node.config?.['body'] as WorkflowGraph | undefined;
    const config = node.config === undefined ? undefined : rewriteReferences(node.config, ids);
    const inner = body?.nodes === undefined ? {} : { body: renameInGraph(body, ids) as never };
    return [ids.get(id) ?? id, config === undefined ? node : { ...node, config: { ...config, ...inner } }];
  });
  const edges = graph.edges.map((edge) => ({
    ...edge,
    source: ids.get(edge.source) ?? edge.source,
    target: ids.get(edge.target) ?? edge.target,
  }));
  return { ...graph, nodes: Object.fromEntries(nodes), edges };
}

/** Renames a node everywhere: its key, edges and the expressions that read it. */
export function renameNode(file: WorkflowFile, from: string, to: string): WorkflowFile {
  return from === to ? file : renameInGraph(file, new Map([[from, to]]));
}
