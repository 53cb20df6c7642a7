import type { EdgePlan } from './plan.ts';

type Links = readonly (readonly EdgePlan[])[];

/** Indexes of the nodes all of whose outgoing edges lead, directly or through such nodes, to `join`. */
export function exclusiveNodes(join: number, incoming: Links, outgoing: Links): readonly number[] {
  const inside = new Set([join]);
  let grown = true;
  while (grown) {
    grown = false;
    for (const index of [...inside]) {
      for (const { source } of incoming[index] ?? []) {
        if (inside.has(source) || !(outgoing[source] ?? []).every((edge) => inside.has(edge.target))) continue;
        inside.add(source);
        grown = true;
      }
    }
  }
  inside.delete(join);
  return [...inside];
}
