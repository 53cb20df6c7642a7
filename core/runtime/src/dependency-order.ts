import type { Conv3nError } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';

/** What ordering needs to know of a plugin. */
export interface DependencyNode {
  readonly id: string;
  readonly requires: readonly string[];
  readonly optional: readonly string[];
}

export interface DependencyOrder {
  /** Ids that can run, each after everything it requires; otherwise in the given order. */
  readonly order: readonly string[];
  /** Ids that cannot run, with a missing requirement or a cycle shown as a path. */
  readonly problems: ReadonlyMap<string, Conv3nError>;
}

type NodesById = ReadonlyMap<string, DependencyNode>;

/** The path from `id` to a missing plugin or around a cycle; undefined when neither can be reached. */
function brokenPath(
  nodes: NodesById,
  id: string,
  trail: readonly string[],
  seen: Set<string>,
): readonly string[] | undefined {
  const path = [...trail, id];
  if (!nodes.has(id) || trail.includes(id)) return path;
  if (seen.has(id)) return undefined;
  seen.add(id);
  for (const required of nodes.get(id)?.requires ?? []) {
    const broken = brokenPath(nodes, required, path, seen);
    if (broken) return broken;
  }
  return undefined;
}

function problemOf(nodes: NodesById, path: readonly string[]): Conv3nError {
  const end = path.at(-1) as string;
  const shown = path.join(' -> ');
  if (!nodes.has(end)) {
    const message = `The plugin "${path[0]}" cannot run: "${end}" is not loaded (${shown}). Load "${end}" too.`;
    return runtimeErrors.error('plugin_requirement_missing', message, { details: { path } });
  }
  const message = `The plugin "${path[0]}" cannot run: the requirements form a circle (${shown}). Remove one of them.`;
  return runtimeErrors.error('plugin_cycle', message, { details: { path } });
}

function reaches(edges: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(edges.get(id) ?? []));
  }
  return false;
}

/** Orders plugins by their requirements. An `optional` edge counts when its target is present and it closes no circle. */
export function dependencyOrder(given: readonly DependencyNode[]): DependencyOrder {
  const nodes: NodesById = new Map(given.map((node) => [node.id, node]));
  const problems = new Map<string, Conv3nError>();
  for (const { id } of given) {
    const path = brokenPath(nodes, id, [], new Set());
    if (path) problems.set(id, problemOf(nodes, path));
  }
  const sound = given.filter(({ id }) => !problems.has(id));
  const edges = new Map(sound.map(({ id, requires }) => [id, new Set(requires)]));
  for (const { id, optional } of sound) {
    for (const target of optional) if (edges.has(target) && !reaches(edges, target, id)) edges.get(id)?.add(target);
  }
  const order: string[] = [];
  const placed = new Set<string>();
  const place = (id: string): void => {
    if (placed.has(id)) return;
    placed.add(id);
    for (const target of edges.get(id) ?? []) place(target);
    order.push(id);
  };
  for (const { id } of sound) place(id);
  return { order, problems };
}
