import type { WorkflowGraph } from '@conv3n/workflow';
import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import type { Point } from './graph-edit.ts';
import { columnGap, nodeWidth, rowGap } from './placement.ts';
import { defaultPort } from './ports.ts';

/** The graph as ELK wants it: ports in drawing order on the right side, one input on the left. */
export function elkGraph(
  graph: WorkflowGraph,
  portsOf: (id: string) => readonly string[],
  heightOf: (id: string) => number,
): ElkNode {
  return {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(columnGap),
      'elk.spacing.nodeNode': String(rowGap),
      'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    },
    children: Object.keys(graph.nodes).map((id) => ({
      id,
      width: nodeWidth,
      height: heightOf(id),
      layoutOptions: { 'elk.portConstraints': 'FIXED_ORDER' },
      ports: [
        ...portsOf(id).map((port, index) => ({
          id: `${id}>${port}`,
          layoutOptions: { 'elk.port.side': 'EAST', 'elk.port.index': String(index) },
        })),
        { id: `>${id}`, layoutOptions: { 'elk.port.side': 'WEST', 'elk.port.index': '99' } },
      ],
    })),
    edges: graph.edges
      .filter((edge) => graph.nodes[edge.source] !== undefined && graph.nodes[edge.target] !== undefined)
      .map((edge, index) => ({
        id: `e${index}`,
        sources: [`${edge.source}>${edge.sourceHandle ?? defaultPort}`],
        targets: [`>${edge.target}`],
      })),
  };
}

/** Places for every node, computed by ELK. */
export async function layoutGraph(
  elk: Pick<ELK, 'layout'>,
  graph: WorkflowGraph,
  portsOf: (id: string) => readonly string[],
  heightOf: (id: string) => number,
): Promise<ReadonlyMap<string, Point>> {
  const result = await elk.layout(elkGraph(graph, portsOf, heightOf));
  return new Map((result.children ?? []).map((child) => [child.id, { x: child.x ?? 0, y: child.y ?? 0 }]));
}
