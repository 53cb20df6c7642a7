import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouteTable, routeKey } from './route-table.ts';

function table(...patterns: readonly string[]) {
  const routes = new RouteTable<string>();
  routes.replace(
    patterns.map((text) => {
      const [method, pattern] = text.split(' ') as [string, string];
      return { method, pattern, target: text };
    }),
  );
  return routes;
}

describe('RouteTable', () => {
  it('matches fixed segments and names parameters', () => {
    const routes = table('POST orders', 'POST orders/:id', 'GET shops/:shop/orders/:id');
    expect(routes.find('POST', 'orders')).toEqual({ target: 'POST orders', params: {} });
    expect(routes.find('POST', '/orders/7/')).toEqual({ target: 'POST orders/:id', params: { id: '7' } });
    expect(routes.find('GET', 'shops/a/orders/b')).toEqual({
      target: 'GET shops/:shop/orders/:id',
      params: { shop: 'a', id: 'b' },
    });
  });

  it('prefers a fixed segment and falls back to the parameter when the fixed branch ends', () => {
    const routes = table('POST a/new', 'POST a/:id/edit');
    expect(routes.find('POST', 'a/new')).toMatchObject({ target: 'POST a/new' });
    expect(routes.find('POST', 'a/new/edit')).toEqual({ target: 'POST a/:id/edit', params: { id: 'new' } });
  });

  it('tells the methods a path knows when the method is another', () => {
    expect(table('POST orders', 'PUT orders').find('GET', 'orders')).toEqual({ methods: ['POST', 'PUT'] });
    expect(table('POST orders').find('POST', 'nothing')).toBeUndefined();
  });

  it('does not take names from the prototype for segments', () => {
    for (const path of ['__proto__', 'constructor', 'toString/valueOf'])
      expect(table('POST orders').find('POST', path)).toBeUndefined();
  });

  it('agrees with a linear search over random routes and paths', () => {
    const segment = fc.constantFrom('a', 'b', ':x', ':y');
    const pattern = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 8 }), path, (patterns, parts) => {
        const found = table(...patterns.map((item) => `POST ${item}`)).find('POST', parts.join('/'));
        const matches = patterns.some((item) => {
          const segments = item.split('/');
          return (
            segments.length === parts.length &&
            segments.every((text, index) => text.startsWith(':') || text === parts[index])
          );
        });
        expect(found !== undefined).toBe(matches);
      }),
    );
  });

  it('gives equal keys to patterns that answer the same requests', () => {
    expect(routeKey('POST', '/a/:x')).toBe(routeKey('POST', 'a/:other/'));
    expect(routeKey('POST', 'a/x')).not.toBe(routeKey('POST', 'a/:x'));
    expect(routeKey('GET', 'a')).not.toBe(routeKey('POST', 'a'));
  });
});
