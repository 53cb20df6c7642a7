import type { EventWire } from '../support/api-client.ts';

/** When a server was killed: from the signal to its end. Milliseconds since the Unix epoch. */
export interface Kill {
  readonly from: number;
  readonly to: number;
}

/** The stream has no gap, and its last event is the end that the list shows. Answers what is not so. */
export function checkStream(id: string, events: readonly EventWire[], listed: string | undefined): string[] {
  const problems: string[] = [];
  const last = events.at(-1)?.type;
  if (last !== `execution_${listed}`) problems.push(`${id} is ${listed} in the list, its last event is ${last}`);
  events.forEach((event, index) => {
    if (event.version !== index + 1) problems.push(`${id} has event ${event.version} at place ${index + 1}`);
  });
  return problems;
}

/**
 * The list of doubts is exact: an announced external call is followed by doubt when, and only when, a kill fell between it and its outcome.
 * Answers each doubt too many or too few.
 */
export function checkDoubts(
  id: string,
  events: readonly EventWire[],
  kills: readonly Kill[],
  externalNodes: readonly string[],
): string[] {
  return events.flatMap((event, index) => {
    if (event.type !== 'step_started') return [];
    const { node, i } = event.data;
    const place = `${node}${i === undefined ? '' : `:${i.join('.')}`}`;
    if (node === undefined || !externalNodes.includes(node)) {
      return [`${id} announced a call of ${place}, which is not external`];
    }
    const next = events
      .slice(index + 1)
      .find((later) => later.data.node === node && String(later.data.i) === String(i));
    if (!next) return [`${id} announced ${place} and nothing followed`];
    const from = Date.parse(event.time);
    const to = Date.parse(next.time);
    const doubt = next.type === 'step_in_doubt';
    const possible = kills.some((kill) => kill.to >= from && kill.from <= to);
    const certain = kills.some((kill) => kill.from > from && kill.to < to);
    if (doubt && !possible) {
      return [`${id} doubts ${place} though no kill fell into its call: ${JSON.stringify(next.data)}`];
    }
    if (!doubt && certain) return [`${id} believes ${next.type} of ${place} though the server was killed in between`];
    return [];
  });
}

/** JSON with sorted keys, so that equal values have equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
