import type { WorkflowGraph } from '@conv3n/workflow';
import type { Point } from './graph-edit.ts';

/** Width of a node card, and the distances of the grid that unplaced nodes are put on. */
export const nodeWidth = 212;
export const columnGap = 76;
export const rowGap = 36;

/** Height of a card by its number of output ports: one row, plus a row per labelled port. */
export function nodeHeight(portCount: number): number {
  return portCount > 1 ? 60 + portCount * 24 + 6 : 60;
}

function columns(graph: WorkflowGraph): ReadonlyMap<string, number> {
  const column = new Map(Object.keys(graph.nodes).map((id) => [id, 0]));
  for (let pass = 0; pass < column.size; pass += 1) {
    let changed = false;
    for (const edge of graph.edges) {
      const from = column.get(edge.source);
      const to = column.get(edge.target);
      if (from === undefined || to === undefined || to > from || from + 1 >= column.size) continue;
      column.set(edge.target, from + 1);
      changed = true;
    }
    if (!changed) break;
  }
  return column;
}

/** A place for every node: its own position, else a column by distance from the start. Deterministic, and never written to the file by itself. */
export function placeNodes(graph: WorkflowGraph, heightOf: (id: string) => number): ReadonlyMap<string, Point> {
  const column = columns(graph);
  const used = new Map<number, number>();
  const places = new Map<string, Point>();
  const totals = new Map<number, number>();
  for (const id of Object.keys(graph.nodes)) {
    const c = column.get(id) ?? 0;
    totals.set(c, (totals.get(c) ?? -rowGap) + heightOf(id) + rowGap);
  }
  for (const [id, node] of Object.entries(graph.nodes)) {
    const c = column.get(id) ?? 0;
    const top = used.get(c) ?? -(totals.get(c) ?? 0) / 2;
    used.set(c, top + heightOf(id) + rowGap);
    places.set(id, node.position ?? { x: c * (nodeWidth + columnGap), y: Math.round(top) });
  }
  return places;
}
