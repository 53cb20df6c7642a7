import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DependencyNode, dependencyOrder } from './dependency-order.ts';

const node = (id: string, requires: string[] = [], optional: string[] = []): DependencyNode => ({
  id,
  requires,
  optional,
});
const pathOf = (nodes: DependencyNode[], id: string) => dependencyOrder(nodes).problems.get(id)?.details?.['path'];

it('puts each plugin after what it requires and otherwise keeps the given order', () => {
  expect(dependencyOrder([node('c', ['b']), node('x'), node('b', ['a']), node('a')]).order).toEqual([
    'a',
    'b',
    'c',
    'x',
  ]);
});

it('shows a missing requirement as a path from each plugin it stops', () => {
  const nodes = [node('a', ['b']), node('b', ['gone']), node('fine')];
  const { order, problems } = dependencyOrder(nodes);
  expect(order).toEqual(['fine']);
  expect(problems.get('a')).toMatchObject({
    code: 'plugin_requirement_missing',
    message: expect.stringContaining('a -> b -> gone'),
  });
  expect(pathOf(nodes, 'b')).toEqual(['b', 'gone']);
});

it('shows a cycle as a path, also for a plugin outside that requires a member', () => {
  const nodes = [node('a', ['b']), node('b', ['c']), node('c', ['b'])];
  expect(dependencyOrder(nodes).order).toEqual([]);
  expect(pathOf(nodes, 'b')).toEqual(['b', 'c', 'b']);
  expect(pathOf(nodes, 'a')).toEqual(['a', 'b', 'c', 'b']);
  expect(dependencyOrder(nodes).problems.get('a')?.code).toBe('plugin_cycle');
});

it('follows optional plugins when present, ignores absent ones, and never lets them close a circle', () => {
  expect(dependencyOrder([node('a', [], ['b', 'absent']), node('b')]).order).toEqual(['b', 'a']);
  expect(dependencyOrder([node('a', [], ['b']), node('b', ['a'])]).order).toEqual(['a', 'b']);
  expect(dependencyOrder([node('a', [], ['b']), node('b', [], ['a'])]).order).toEqual(['b', 'a']);
});

it('orders every plugin or explains it, for any graph', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'missing'];
  const graph = fc.uniqueArray(
    fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), requires: fc.subarray(ids), optional: fc.subarray(ids) }),
    { selector: ({ id }) => id },
  );
  fc.assert(
    fc.property(graph, (nodes) => {
      const { order, problems } = dependencyOrder(nodes);
      expect([...order, ...problems.keys()].sort()).toEqual(nodes.map(({ id }) => id).sort());
      for (const { id, requires } of nodes) {
        if (problems.has(id)) continue;
        for (const required of requires) expect(order.indexOf(required)).toBeLessThan(order.indexOf(id));
        for (const required of requires) expect(order).toContain(required);
      }
    }),
  );
});
