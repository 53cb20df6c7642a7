/** Workflow files that several suites use. */

type Nodes = Readonly<Record<string, unknown>>;
type Edges = readonly (readonly [source: string, target: string, sourceHandle?: string])[];

/** A file with these nodes and edges. */
export function workflow(nodes: Nodes, edges: Edges = [], more: object = {}) {
  return {
    schema: 'conv3n.workflow/v1',
    name: 'Test',
    nodes,
    edges: edges.map(([source, target, sourceHandle]) => ({ source, target, ...(sourceHandle && { sourceHandle }) })),
    ...more,
  };
}

/** One step that sets these values. */
export const transform = (set: object) => ({ type: 'std/transform', config: { set } });

/** Ends at once with `{doubled}`. */
export const doubling = (more: object = {}) =>
  workflow({ double: transform({ doubled: '{{ $trigger.n * 2 }}' }) }, [], more);

/** Waits this long, then ends with `{done: true}`. */
export const waiting = (duration = '1h', more: object = {}) =>
  workflow(
    { pause: { type: 'std/delay', config: { duration } }, done: transform({ done: true }) },
    [['pause', 'done']],
    more,
  );

/** Order intake of the contract, section 1. */
export const orderIntake = (path = 'orders', more: object = {}) =>
  workflow(
    {
      hook: { type: 'std/webhook', config: { path, method: 'POST', respond: 'last' } },
      total: transform({ total: '{{ $trigger.body.price * $trigger.body.qty }}' }),
      big: { type: 'std/condition', config: { if: '{{ $node.total.data.total > 100 }}' } },
      yes: transform({ tier: 'gold', total: '{{ $node.total.data.total }}' }),
      no: transform({ tier: 'basic', total: '{{ $node.total.data.total }}' }),
    },
    [
      ['hook', 'total'],
      ['total', 'big'],
      ['big', 'yes', 'true'],
      ['big', 'no', 'false'],
    ],
    { name: 'Order intake', ...more },
  );

/** A webhook that answers what `then` gives. */
export const hookWith = (config: object, then: Nodes = { out: transform({ ok: true }) }, more: object = {}) =>
  workflow({ hook: { type: 'std/webhook', config }, ...then }, [['hook', Object.keys(then)[0] as string]], more);
