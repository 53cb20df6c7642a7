/** A workflow of one node that leads nowhere. */
export function single(type: string, config: unknown, more: object = {}): unknown {
  return chain({ only: { type, config, ...more } });
}

/** A workflow whose nodes run one after the other. */
export function chain(nodes: Readonly<Record<string, unknown>>): unknown {
  const ids = Object.keys(nodes);
  return {
    schema: 'conv3n.workflow/v1',
    name: ids.join(', then '),
    nodes,
    edges: ids.slice(1).map((target, index) => ({ source: ids[index], target })),
  };
}

/** A call of the counting service about `<execution id>:<node>`. */
export function call(service: string, node: string, method: string): unknown {
  return { type: 'std/http_request', config: { method, url: `${service}/{{ $execution.id }}:${node}` } };
}
