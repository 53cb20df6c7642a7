/** The workflow the kill test runs: pure, transactional, idempotent and external steps, a timer, a loop and a branch. */
export function orderWorkflow(service: string): unknown {
  const address = (node: string) => `${service}/{{ $execution.id }}:${node}`;
  const headers = { 'x-server-start': '{{ $env.TEST_SERVER_START }}' };
  return {
    schema: 'conv3n.workflow/v1',
    name: 'Order under fire',
    nodes: {
      order: {
        type: 'std/transform',
        config: { set: { n: '{{ $trigger.n }}', lines: '{{ [1, 2, 3].map(line => $trigger.n * 10 + line) }}' } },
      },
      look: { type: 'std/http_request', config: { url: address('look'), headers } },
      seen: {
        type: 'std/set_var',
        config: {
          name: 'seen_{{ $trigger.n }}',
          scope: 'workflow',
          value: "{{ ($vars['seen_' + $trigger.n] ?? 0) + 1 }}",
        },
      },
      charge: {
        type: 'std/http_request',
        config: { method: 'POST', url: address('charge'), headers, body: { n: '{{ $node.order.data.n }}' } },
      },
      pause: { type: 'std/delay', config: { duration: '30ms' } },
      lines: {
        type: 'std/loop',
        config: {
          items: '{{ $node.order.data.lines }}',
          body: {
            nodes: {
              price: { type: 'std/transform', config: { set: { cents: '{{ $item * 100 }}' } } },
              reserve: {
                type: 'std/http_request',
                config: {
                  method: 'PUT',
                  url: address('reserve:{{ $index }}'),
                  headers,
                  body: { cents: '{{ $node.price.data.cents }}' },
                },
              },
              line: {
                type: 'std/transform',
                config: {
                  set: { cents: '{{ $node.price.data.cents }}', receipt: '{{ $node.reserve.data.body.receipt }}' },
                },
              },
            },
            edges: [
              { source: 'price', target: 'reserve' },
              { source: 'reserve', target: 'line' },
            ],
          },
        },
      },
      even: { type: 'std/condition', config: { if: '{{ $trigger.n % 2 === 0 }}' } },
      ship: {
        type: 'std/http_request',
        config: { method: 'POST', url: address('ship'), headers, body: { n: '{{ $trigger.n }}' } },
      },
      keep: { type: 'std/transform', config: { set: { body: { receipt: 'kept' } } } },
      done: {
        type: 'std/transform',
        join: 'any',
        config: {
          set: {
            n: '{{ $node.order.data.n }}',
            seen: '{{ $node.seen.data }}',
            looked: '{{ $node.look.data.body.receipt }}',
            charged: '{{ $node.charge.data.body.receipt }}',
            lines: '{{ $node.lines.data }}',
            went: '{{ ($node.ship.data ?? $node.keep.data).body.receipt }}',
          },
        },
      },
    },
    edges: [
      { source: 'order', target: 'look' },
      { source: 'look', target: 'seen' },
      { source: 'seen', target: 'charge' },
      { source: 'charge', target: 'pause' },
      { source: 'pause', target: 'lines' },
      { source: 'lines', target: 'even' },
      { source: 'even', sourceHandle: 'true', target: 'ship' },
      { source: 'even', sourceHandle: 'false', target: 'keep' },
      { source: 'ship', target: 'done' },
      { source: 'keep', target: 'done' },
    ],
  };
}

/** Nodes whose call must never happen twice. */
export const externalNodes: readonly string[] = ['charge', 'ship'];

/** What the execution for `n` must answer, whatever happened on the way. */
export function orderOutput(id: string, n: number): unknown {
  return {
    n,
    seen: 1,
    looked: `${id}:look`,
    charged: `${id}:charge`,
    lines: [1, 2, 3].map((line, index) => ({ cents: (n * 10 + line) * 100, receipt: `${id}:reserve:${index}` })),
    went: n % 2 === 0 ? `${id}:ship` : 'kept',
  };
}

/** Calls of one execution that must have happened once it succeeded. */
export function externalKeys(id: string, n: number): string[] {
  return n % 2 === 0 ? [`${id}:charge`, `${id}:ship`] : [`${id}:charge`];
}
