import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectProblem, edgeOf } from './connect.ts';
import { connect } from './graph-edit.ts';
import { startNodes, upstreamOf } from './upstream.ts';

const isTrigger = (type: string) => type === 'std/webhook';
const graph = {
  nodes: { hook: { type: 'std/webhook' }, a: { type: 'std/transform' }, b: { type: 'std/condition' } },
  edges: [
    { source: 'hook', target: 'a' },
    { source: 'a', target: 'b' },
  ],
};

describe('connecting', () => {
  it('refuses duplicates, self-loops, cycles and edges into triggers', () => {
    expect(connectProblem(graph, { source: 'hook', sourceHandle: 'default', target: 'a' }, isTrigger)).toMatch(
      /already/,
    );
    expect(connectProblem(graph, { source: 'a', target: 'a' }, isTrigger)).toMatch(/itself/);
    expect(connectProblem(graph, { source: 'b', sourceHandle: 'true', target: 'a' }, isTrigger)).toMatch(/cycle/);
    expect(connectProblem(graph, { source: 'b', target: 'hook' }, isTrigger)).toMatch(/trigger/);
    expect(connectProblem(graph, { source: 'a', target: 'gone' }, isTrigger)).toMatch(/nodes of this graph/);
  });

  it('allows a second edge from another port and writes no default handles', () => {
    const edge = { source: 'hook', sourceHandle: 'default', target: 'b', targetHandle: 'default' };
    expect(connectProblem(graph, edge, isTrigger)).toBeUndefined();
    expect(edgeOf(edge)).toEqual({ source: 'hook', target: 'b' });
    expect(edgeOf({ source: 'b', sourceHandle: 'true', target: 'c' })).toEqual({
      source: 'b',
      sourceHandle: 'true',
      target: 'c',
    });
  });

  it('never lets a graph become cyclic, whatever is drawn', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const nodes = Object.fromEntries(ids.map((id) => [id, { type: 'std/transform' }]));
    const draw = fc.record({
      source: fc.constantFrom(...ids),
      target: fc.constantFrom(...ids),
      sourceHandle: fc.constantFrom('default', 'x'),
    });
    fc.assert(
      fc.property(fc.array(draw, { maxLength: 30 }), (draws) => {
        let current: Parameters<typeof connect>[0] = { nodes, edges: [] };
        for (const edge of draws)
          if (connectProblem(current, edge, () => false) === undefined) current = connect(current, edge);
        for (const id of ids) expect(upstreamOf(current, id)).not.toContain(id);
        expect(startNodes(current).length).toBeGreaterThan(0);
      }),
    );
  });

  it('lists the nodes before a node, nearest first', () => {
    expect(upstreamOf(graph, 'b')).toEqual(['a', 'hook']);
  });
});
