import { describe, expect, it } from 'vitest';
import { locateProblem } from '../editor/locate-problem.ts';
import { fieldProblems, placeProblem } from './problems.ts';
import { workflowText } from './workflow-text.ts';

const file = {
  schema: 'conv3n.workflow/v1' as const,
  name: 'Any',
  nodes: {
    loop: {
      type: 'std/loop',
      config: { items: '1', body: { nodes: { inner: { type: 'std/http_request', config: { url: '' } } }, edges: [] } },
    },
    total: { type: 'std/transform', config: { set: { a: '1' } } },
  },
  edges: [],
};
const problem = (path: string) => placeProblem(file, { path, code: 'c', message: 'm' });

describe('problems', () => {
  it('land on the node and field their path names', () => {
    expect(problem('nodes.total.config.set.a')).toMatchObject({ graph: [], node: 'total', field: 'config.set.a' });
    expect(problem('nodes.total')).toMatchObject({ graph: [], node: 'total' });
    expect(problem('edges[0].source')).toMatchObject({ graph: [], field: 'edges.0.source' });
    expect(problem('')).toMatchObject({ graph: [] });
  });

  it('land inside loop bodies', () => {
    expect(problem('nodes.loop.config.body.nodes.inner.config.url')).toMatchObject({
      graph: ['loop'],
      node: 'inner',
      field: 'config.url',
    });
    expect(problem('nodes.loop.config.items')).toMatchObject({ graph: [], node: 'loop', field: 'config.items' });
  });

  it('belong to a field with everything inside it', () => {
    const placed = [problem('nodes.total.config.set.a'), problem('nodes.total.config.settings')];
    expect(fieldProblems(placed, 'total', 'config.set')).toHaveLength(1);
  });

  it('are found in the text', () => {
    const text = workflowText(file);
    const { from, to } = locateProblem(text, 'nodes.total.config.set');
    expect(text.slice(from, to)).toBe('"set"');
    expect(from).toBeGreaterThan(text.indexOf('"total"'));
    expect(locateProblem(text, 'nowhere')).toEqual({ from: 0, to: 1 });
  });
});
