/** One node of every kind, one after the other, so that each has its own event boundary. */
export function everyKindWorkflow(service: string): unknown {
  const headers = { 'x-server-start': '{{ $env.TEST_SERVER_START }}' };
  const http = (node: string, method: string) => ({
    type: 'std/http_request',
    config: { method, url: `${service}/{{ $execution.id }}:${node}`, headers },
  });
  const nodes: Record<string, unknown> = {
    begin: { type: 'std/transform', config: { set: { n: '{{ $trigger.n }}', items: '{{ [1, 2] }}' } } },
    look: http('look', 'GET'),
    put: http('put', 'PUT'),
    post: http('post', 'POST'),
    flaky: { ...http('flaky', 'GET'), retry: { maxAttempts: 3, delay: '20ms', backoff: 'fixed' } },
    mine: { type: 'std/set_var', config: { name: 'mine', value: '{{ $trigger.n + 1 }}' } },
    count: {
      type: 'std/set_var',
      config: { name: 'count', scope: 'workflow', value: '{{ ($vars.count ?? 0) + 1 }}' },
    },
    got: { type: 'std/get_var', config: { name: 'count', scope: 'workflow' } },
    save: { type: 'std/file', config: { operation: 'write', path: 'saved.txt', content: 'n is {{ $trigger.n }}' } },
    append: {
      type: 'std/file',
      config: { operation: 'append', path: 'lines.txt', content: "{{ $execution.id + '\\n' }}" },
    },
    table: {
      type: 'std/database',
      effect: 'idempotent',
      config: {
        connection: 'rows.db',
        mode: 'write',
        query: 'create table if not exists entry (execution text not null)',
      },
    },
    insert: {
      type: 'std/database',
      config: {
        connection: 'rows.db',
        mode: 'write',
        query: 'insert into entry values (?)',
        params: ['{{ $execution.id }}'],
      },
    },
    rows: {
      type: 'std/database',
      config: {
        connection: 'rows.db',
        query: 'select count(*) as rows from entry where execution = ?',
        params: ['{{ $execution.id }}'],
      },
    },
    code: { type: 'custom/code', config: { code: 'export default (input, ctx) => ctx.trigger.n * 2' } },
    wait: { type: 'std/delay', config: { duration: '20ms' } },
    tight: {
      type: 'std/loop',
      config: {
        items: '{{ [1, 2, 3] }}',
        body: {
          nodes: { square: { type: 'std/transform', config: { set: { is: '{{ $item * $item }}' } } } },
          edges: [],
        },
      },
    },
    loop: {
      type: 'std/loop',
      config: {
        items: '{{ $node.begin.data.items }}',
        body: {
          nodes: { send: { ...http('send:{{ $index }}', 'POST') } },
          edges: [],
        },
      },
    },
    broken: {
      type: 'std/transform',
      onError: { fallback: 'fell back' },
      config: { set: { x: '{{ $trigger.missing.deeper }}' } },
    },
    branch: { type: 'std/condition', config: { if: '{{ $trigger.n > 0 }}' } },
  };
  const chain = Object.keys(nodes);
  const edges: unknown[] = chain.slice(1).map((target, index) => ({ source: chain[index], target }));
  return {
    schema: 'conv3n.workflow/v1',
    name: 'Every kind of step',
    nodes: {
      ...nodes,
      never: { type: 'std/transform', config: { set: { never: true } } },
      end: {
        type: 'std/transform',
        config: {
          set: {
            n: '{{ $node.begin.data.n }}',
            post: '{{ $node.post.data.body.receipt }}',
            flaky: '{{ $node.flaky.data.body.receipt }}',
            mine: '{{ $vars.mine }}',
            count: '{{ $node.got.data }}',
            rows: '{{ $node.rows.data.rows[0].rows }}',
            code: '{{ $node.code.data }}',
            squares: '{{ $node.tight.data.map(square => square.is) }}',
            sent: '{{ $node.loop.data.map(sent => sent.body.receipt) }}',
            broken: '{{ $node.broken.data }}',
          },
        },
      },
    },
    edges: [
      ...edges,
      { source: 'branch', sourceHandle: 'true', target: 'end' },
      { source: 'branch', sourceHandle: 'false', target: 'never' },
    ],
  };
}

/** Nodes with an effect that must not happen twice. */
export const everyExternalNode: readonly string[] = ['post', 'append', 'insert', 'send'];

/** What every execution of it must answer. */
export function everyKindOutput(id: string, n: number): unknown {
  return {
    n,
    post: `${id}:post`,
    flaky: `${id}:flaky`,
    mine: n + 1,
    count: 1,
    rows: 1,
    code: n * 2,
    squares: [1, 4, 9],
    sent: [`${id}:send:0`, `${id}:send:1`],
    broken: 'fell back',
  };
}
