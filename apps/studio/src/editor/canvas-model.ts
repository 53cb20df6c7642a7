import type { BlockManifest, StepStatus, WorkflowGraph, WorkflowNode } from '@conv3n/workflow';
import type { Edge, Node } from '@xyflow/react';
import { configSummary } from '../engine/config-fields.ts';
import { edgeKeys, type Point } from '../engine/graph-edit.ts';
import { bodyOf } from '../engine/graph-path.ts';
import { nodeHeight, nodeWidth, placeNodes } from '../engine/placement.ts';
import { defaultPort, inputPorts, outputPorts, strayPorts } from '../engine/ports.ts';
import type { PlacedProblem } from '../engine/problems.ts';
import { nodeStatus, type RunState, stepDuration } from '../engine/run-state.ts';
import type { Selection } from '../engine/selection.ts';

/** What a card shows. */
export interface BlockData extends Record<string, unknown> {
  readonly node: WorkflowNode;
  readonly block: BlockManifest | undefined;
  readonly title: string;
  readonly summary: string;
  readonly ports: readonly string[];
  readonly strays: readonly string[];
  readonly inputs: readonly string[];
  readonly bodySize: number | undefined;
  readonly status: StepStatus | undefined;
  readonly duration: number | undefined;
  readonly iterations: number;
  /** Ports by which data left: one at the top level, several over the iterations of a loop. */
  readonly takenPorts: readonly string[];
  readonly problems: readonly string[];
  readonly readOnly: boolean;
}

/** A card on the canvas. */
export type BlockFlowNode = Node<BlockData, 'block'>;

/** Everything cards are made of, apart from place and selection. */
export interface CanvasSource {
  readonly graph: WorkflowGraph;
  readonly manifests: ReadonlyMap<string, BlockManifest>;
  readonly run: RunState | undefined;
  readonly problems: readonly PlacedProblem[];
  readonly readOnly: boolean;
}

function takenPorts(run: RunState | undefined, id: string): readonly string[] {
  const steps = run?.steps.has(id) ? [run.steps.get(id)] : [...(run?.iterations.get(id)?.values() ?? [])];
  const ports = steps.flatMap((step) => {
    if (step?.status === 'failed') return step.port ?? [];
    return step?.status === 'succeeded' ? (step.port ?? defaultPort) : [];
  });
  return [...new Set(ports)];
}

/** The cards' contents by node id. */
export function blockData(source: CanvasSource): ReadonlyMap<string, BlockData> {
  const { graph, manifests, run } = source;
  return new Map(
    Object.entries(graph.nodes).map(([id, node]) => {
      const block = manifests.get(node.type);
      const offered = outputPorts(node, block);
      const strays = strayPorts(graph, id, offered);
      const step = run?.steps.get(id);
      const body = bodyOf(node);
      return [
        id,
        {
          node,
          block,
          title: node.label ?? id,
          summary: configSummary(node.config),
          ports: [...offered, ...strays],
          strays,
          inputs: inputPorts(graph, id, block),
          bodySize: body === undefined ? undefined : Object.keys(body.nodes).length,
          status: nodeStatus(run, id),
          duration: step && step.status !== 'skipped' ? stepDuration(step) : undefined,
          iterations: run?.iterations.get(id)?.size ?? 0,
          takenPorts: takenPorts(run, id),
          problems: source.problems.filter((problem) => problem.node === id).map((problem) => problem.message),
          readOnly: source.readOnly,
        },
      ] as const;
    }),
  );
}

/** Where every card stands: dragged, else from the file, else placed by column. */
export function cardPlaces(graph: WorkflowGraph, data: ReadonlyMap<string, BlockData>): ReadonlyMap<string, Point> {
  return placeNodes(graph, (id) => nodeHeight(data.get(id)?.ports.length ?? 1));
}

/** Nodes as React Flow draws them. Sizes are known beforehand, so nothing shifts while it measures. */
export function flowNodes(
  data: ReadonlyMap<string, BlockData>,
  places: ReadonlyMap<string, Point>,
  dragged: ReadonlyMap<string, Point>,
  selection: Selection,
): BlockFlowNode[] {
  return [...data].map(([id, item]) => {
    const height = nodeHeight(item.ports.length);
    return {
      id,
      type: 'block',
      position: dragged.get(id) ?? places.get(id) ?? { x: 0, y: 0 },
      data: item,
      selected: selection.nodes.has(id),
      width: nodeWidth,
      height,
      measured: { width: nodeWidth, height },
      ariaLabel: `${item.title}, ${item.block?.title ?? item.node.type}${item.status ? `, ${item.status.replace('_', ' ')}` : ''}`,
    };
  });
}

function edgeClass(
  graphRun: RunState | undefined,
  source: BlockData | undefined,
  target: BlockData | undefined,
  port: string,
): string {
  if (graphRun === undefined || source?.status === undefined) return '';
  const taken = source.takenPorts.includes(port);
  if (!taken) return source.status === 'running' ? '' : 'dead';
  return target?.status === 'running' ? 'flowing' : 'taken';
}

/** Edges as React Flow draws them; after a run the path taken stands out. */
export function flowEdges(source: CanvasSource, data: ReadonlyMap<string, BlockData>, selection: Selection): Edge[] {
  const keys = edgeKeys(source.graph);
  return source.graph.edges.map((edge, index) => {
    const port = edge.sourceHandle ?? defaultPort;
    const key = keys[index] ?? String(index);
    return {
      id: key,
      source: edge.source,
      sourceHandle: port,
      target: edge.target,
      targetHandle: edge.targetHandle ?? defaultPort,
      selected: selection.edges.has(key),
      className: edgeClass(source.run, data.get(edge.source), data.get(edge.target), port),
      ariaLabel: `From ${edge.source}${port === defaultPort ? '' : ` (${port})`} to ${edge.target}`,
      interactionWidth: 18,
    };
  });
}
