import type { WorkflowFile, WorkflowGraph } from '@conv3n/workflow';
import fc from 'fast-check';

const types = ['std/webhook', 'std/transform', 'std/condition', 'std/http_request', 'custom/code', 'acme/unknown'];
const text = fc.string({ maxLength: 12 });
const extras = fc.dictionary(
  fc.constantFrom('x_note', 'label', 'timeout', 'later'),
  fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
  { maxKeys: 2 },
);
const config = fc.dictionary(
  fc.constantFrom('url', 'set', 'if', 'path', 'odd key'),
  fc.oneof(text, fc.integer(), fc.array(text, { maxLength: 2 })),
  { maxKeys: 3 },
);

function graph(prefix: string, depth: number): fc.Arbitrary<WorkflowGraph> {
  return fc.integer({ min: 0, max: 5 }).chain((size) => {
    const ids = Array.from({ length: size }, (_, index) => `${prefix}n${index}`);
    const plain = fc
      .record({
        type: fc.constantFrom(...types),
        config,
        extra: extras,
        placed: fc.boolean(),
        x: fc.integer(),
        y: fc.integer(),
      })
      .map(({ type, config: value, extra, placed, x, y }) => ({
        ...extra,
        type,
        config: value,
        ...(placed ? { position: { x, y } } : {}),
      }));
    const nodes = ids.map((id) =>
      depth === 0
        ? plain
        : fc.oneof(
            { weight: 4, arbitrary: plain },
            {
              weight: 1,
              arbitrary: graph(`${id}_`, depth - 1).map((body) => ({
                type: 'std/loop',
                config: { items: '$trigger', body, concurrency: 2 },
              })),
            },
          ),
    );
    const edge = fc
      .record({
        from: fc.nat(),
        to: fc.nat(),
        port: fc.option(fc.constantFrom('true', 'false', 'error'), { nil: undefined }),
      })
      .map(({ from, to, port }) => {
        const source = from % Math.max(size, 1);
        const target = to % Math.max(size, 1);
        return source < target
          ? {
              source: ids[source] ?? '',
              ...(port === undefined ? {} : { sourceHandle: port }),
              target: ids[target] ?? '',
            }
          : undefined;
      });
    return fc.record({ nodes: fc.tuple(...nodes), edges: fc.array(edge, { maxLength: 6 }) }).map((made) => ({
      nodes: Object.fromEntries(ids.map((id, index) => [id, made.nodes[index]])),
      edges: made.edges.filter((item) => item !== undefined),
    })) as unknown as fc.Arbitrary<WorkflowGraph>;
  });
}

/** Any workflow file the editor may open: acyclic, with loops, unplaced nodes, unknown blocks and unknown keys. */
export const arbitraryWorkflow: fc.Arbitrary<WorkflowFile> = fc
  .record({
    graph: graph('', 2),
    description: fc.option(text, { nil: undefined }),
    later: fc.option(fc.integer(), { nil: undefined }),
  })
  .map(({ graph: { nodes, edges }, description, later }) => ({
    schema: 'conv3n.workflow/v1' as const,
    name: 'Any',
    ...(description === undefined ? {} : { description }),
    ...(later === undefined ? {} : { later_key: later }),
    nodes,
    edges,
  }));
