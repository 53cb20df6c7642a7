/** What is selected on the canvas: node ids and edge keys. */
export interface Selection {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** Nothing selected. */
export const noSelection: Selection = { nodes: new Set(), edges: new Set() };

/** Exactly these nodes. */
export function selectNodes(ids: Iterable<string>): Selection {
  return { nodes: new Set(ids), edges: new Set() };
}

function patch(set: ReadonlySet<string>, changes: readonly (readonly [string, boolean])[]): ReadonlySet<string> {
  const next = new Set(set);
  for (const [id, on] of changes) {
    if (on) next.add(id);
    else next.delete(id);
  }
  const same = next.size === set.size && [...next].every((id) => set.has(id));
  return same ? set : next;
}

/** Applies changes; answers the same object when nothing changed. */
export function changeSelection(
  selection: Selection,
  changes: {
    readonly nodes?: readonly (readonly [string, boolean])[];
    readonly edges?: readonly (readonly [string, boolean])[];
  },
): Selection {
  const nodes = patch(selection.nodes, changes.nodes ?? []);
  const edges = patch(selection.edges, changes.edges ?? []);
  return nodes === selection.nodes && edges === selection.edges ? selection : { nodes, edges };
}

/** Drops what no longer exists. */
export function pruneSelection(
  selection: Selection,
  nodes: ReadonlySet<string>,
  edges: ReadonlySet<string>,
): Selection {
  return changeSelection(selection, {
    nodes: [...selection.nodes].filter((id) => !nodes.has(id)).map((id) => [id, false] as const),
    edges: [...selection.edges].filter((id) => !edges.has(id)).map((id) => [id, false] as const),
  });
}
