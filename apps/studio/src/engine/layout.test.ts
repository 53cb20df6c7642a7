import ElkConstructor from 'elkjs/lib/elk.bundled.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutGraph } from './layout.ts';
import { nodeHeight, nodeWidth, placeNodes } from './placement.ts';
import { outputPorts } from './ports.ts';
import { arbitraryWorkflow } from './testing/arbitrary-workflow.ts';

const unplaced = arbitraryWorkflow.map((file) => ({
  ...file,
  nodes: Object.fromEntries(Object.entries(file.nodes).map(([id, { position: _position, ...node }]) => [id, node])),
}));

function overlaps(places: ReadonlyMap<string, { x: number; y: number }>, height: number): boolean {
  const list = [...places.values()];
  return list.some((a, i) =>
    list.slice(i + 1).some((b) => Math.abs(a.x - b.x) < nodeWidth && Math.abs(a.y - b.y) < height),
  );
}

describe('placement', () => {
  it('puts nodes without a place in columns, never on top of each other', () => {
    fc.assert(
      fc.property(unplaced, (file) => {
        const places = placeNodes(file, () => 60);
        expect(places.size).toBe(Object.keys(file.nodes).length);
        expect(overlaps(places, 60)).toBe(false);
        for (const edge of file.edges) expect(places.get(edge.source)?.x).toBeLessThan(places.get(edge.target)?.x ?? 0);
      }),
    );
  });

  it('keeps the places a file holds', () => {
    const graph = { nodes: { a: { type: 'x', position: { x: 7, y: 9 } }, b: { type: 'x' } }, edges: [] };
    expect(placeNodes(graph, () => 60).get('a')).toEqual({ x: 7, y: 9 });
  });
});

describe('auto layout', () => {
  it('lets edges run from left to right without overlaps', async () => {
    const elk = new ElkConstructor();
    await fc.assert(
      fc.asyncProperty(unplaced, async (file) => {
        const graph = { ...file, edges: file.edges.map(({ source, target }) => ({ source, target })) };
        const heightOf = () => nodeHeight(1);
        const places = await layoutGraph(
          elk,
          graph,
          (id) => outputPorts(graph.nodes[id] ?? { type: '' }, undefined),
          heightOf,
        );
        expect(overlaps(places, 60)).toBe(false);
        for (const edge of graph.edges)
          expect(places.get(edge.source)?.x).toBeLessThan(places.get(edge.target)?.x ?? 0);
      }),
      { numRuns: 25 },
    );
  });
});
