import { describe, expect, it } from 'vitest';
import { freeNodeId, nodeIdProblem } from './node-id.ts';
import { sampleFromSchema, sampleInput } from './sample-input.ts';
import { variablesFor } from './variables.ts';
import { curlLine, webhookPath } from './webhook-url.ts';

const file = {
  schema: 'conv3n.workflow/v1' as const,
  name: 'Order intake',
  nodes: {
    hook: { type: 'std/webhook', config: { path: 'orders' } },
    total: { type: 'std/transform', config: { set: { total: '{{ $trigger.body.price * $trigger.body.qty }}' } } },
    each: {
      type: 'std/loop',
      config: {
        items: '$trigger.body.lines',
        body: { nodes: { a: { type: 'x' }, b: { type: 'x' } }, edges: [{ source: 'a', target: 'b' }] },
      },
    },
  },
  edges: [
    { source: 'hook', target: 'total' },
    { source: 'total', target: 'each' },
  ],
};

describe('a sample input', () => {
  it('has what the expressions of a webhook workflow read', () => {
    expect(sampleInput(file)).toEqual({ body: { price: '', qty: '', lines: '' } });
  });

  it('follows a declared schema', () => {
    const schema = {
      type: 'object',
      properties: {
        n: { type: 'integer', minimum: 1 },
        on: { type: 'boolean' },
        list: { type: 'array', items: { enum: ['a'] } },
        d: { default: 5 },
      },
    };
    expect(sampleFromSchema(schema)).toEqual({ n: 1, on: false, list: ['a'], d: 5 });
    expect(sampleInput({ ...file, input: schema as never })).toMatchObject({ n: 1 });
  });

  it('is the body of the curl line', () => {
    expect(webhookPath(file.nodes.hook)).toBe('/api/v1/webhooks/orders');
    expect(webhookPath(file.nodes.total)).toBeUndefined();
    expect(curlLine('http://h/x', 'POST', { a: 1 })).toBe(
      `curl -X POST http://h/x -H 'content-type: application/json' -d '{"a":1}'`,
    );
    expect(curlLine('http://h/x', 'GET', {})).toBe('curl http://h/x');
  });
});

describe('variables of a node', () => {
  it('are the nodes before it, outer ones included inside loops', () => {
    const inside = variablesFor(file, ['each'], 'b', new Map(), undefined).map((variable) => variable.expression);
    expect(inside.slice(0, 5)).toEqual(['$node.a.data', '$node.total.data', '$node.hook.data', '$item', '$index']);
    const outside = variablesFor(file, [], 'total', new Map(), undefined).map((variable) => variable.expression);
    expect(outside).toContain('$node.hook.data');
    expect(outside).not.toContain('$item');
  });
});

describe('node ids', () => {
  it('are free, short and made of allowed characters', () => {
    expect(freeNodeId('std/http_request', new Set())).toBe('http_request');
    expect(freeNodeId('std/http_request', new Set(['http_request', 'http_request_2']))).toBe('http_request_3');
    expect(freeNodeId('9-lives', new Set())).toBe('_9_lives');
    expect(nodeIdProblem('ok_1', new Set())).toBeUndefined();
    expect(nodeIdProblem('not ok', new Set())).toBeDefined();
    expect(nodeIdProblem('a', new Set(['a']))).toBeDefined();
  });
});
