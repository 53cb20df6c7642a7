import { isConv3nError, isRecord, type JsonObject, type SchemaCompiler } from '@conv3n/platform';
import type { BlockManifest } from './block.ts';
import { ancestors, type GraphPlace } from './check-graph.ts';
import { type ConfigSource, compileConfig } from './compile-config.ts';
import type { ProblemList } from './workflow-problem.ts';
import { under } from './workflow-problem.ts';

/** Where the ids of the whole file are. */
export type NodePlaces = ReadonlyMap<string, GraphPlace>;

/** A node's config: its expressions and what they name, then its shape by the block's schema. */
export function checkConfig(
  place: GraphPlace,
  id: string,
  config: JsonObject,
  manifest: BlockManifest,
  facts: { readonly places: NodePlaces; readonly compileSchema: SchemaCompiler | undefined },
  list: ProblemList,
): void {
  const path = under(under(under(place.path, 'nodes'), id), 'config');
  const dynamic = new Set<string>();
  compileConfig(config, manifest.config, {
    source: (source) => {
      dynamic.add(source.path);
      checkReferences(place, id, source, joined(path, source.path), facts.places, list);
    },
    error: (at, error) => {
      dynamic.add(at);
      list.add(joined(path, at), 'invalid_expression', messageOf(error), positionOf(error));
    },
  });
  const names = manifest.config.properties;
  if (names && manifest.config.additionalProperties === false) {
    for (const key of Object.keys(config)) {
      if (Object.hasOwn(names, key)) continue;
      list.addUnknown(
        under(path, key),
        'unknown_key',
        `Block ${manifest.type} has no setting "${key}".`,
        key,
        Object.keys(names),
      );
    }
  }
  for (const violation of facts.compileSchema?.(manifest.config)(config) ?? []) {
    const known = list.problems.some((problem) => problem.path === joined(path, violation.path));
    if (known || excused(violation.path, violation.code, dynamic)) continue;
    list.add(joined(path, violation.path), 'invalid_config', violation.message);
  }
}

/** Rules about which keys there are hold for fields with expressions too; every other rule waits for the value. */
const keyRules: ReadonlySet<string> = new Set(['required', 'unknown_key', 'additionalProperties']);

function excused(path: string, code: string, dynamic: ReadonlySet<string>): boolean {
  if (keyRules.has(code)) return false;
  for (const source of dynamic) {
    if (path === '' || source === path || source.startsWith(`${path}.`) || path.startsWith(`${source}.`)) return true;
  }
  return false;
}

function checkReferences(
  place: GraphPlace,
  id: string,
  source: ConfigSource,
  path: string,
  places: NodePlaces,
  list: ProblemList,
): void {
  for (const { root, path: keys, start, end } of source.references) {
    const position = { position: { offset: start, length: end - start } };
    if (root === '$secrets' && !source.place.secret) {
      list.add(
        path,
        'secret_not_allowed',
        `Secrets may stand only in fields made for them; ${path} is none.`,
        position,
      );
    } else if ((root === '$item' || root === '$index') && !place.outer && source.place.mode !== 'each') {
      list.add(path, 'item_outside_loop', `${root} is known only inside the body of a loop.`, position);
    } else if (root === '$node' && keys[0] !== undefined) {
      checkNodeReference(place, id, keys[0], path, places, list, position);
    }
  }
}

function checkNodeReference(
  place: GraphPlace,
  id: string,
  wanted: string,
  path: string,
  places: NodePlaces,
  list: ProblemList,
  position: { readonly position: { readonly offset: number; readonly length: number } },
): void {
  const target = places.get(wanted);
  if (!target) {
    list.addUnknown(path, 'unknown_node', `There is no node "${wanted}".`, wanted, places.keys());
    return;
  }
  let inner = id;
  for (let scope: GraphPlace | undefined = place; scope; scope = scope.outer?.place) {
    if (scope === target) {
      if (ancestors(scope.graph, inner).has(wanted)) return;
      const why = wanted === inner ? 'a node cannot read itself' : `no edges lead from ${wanted} to ${inner}`;
      list.add(path, 'node_not_upstream', `Node ${wanted} has no result yet when this is read: ${why}.`, position);
      return;
    }
    inner = scope.outer?.loop ?? inner;
  }
  list.add(
    path,
    'node_not_upstream',
    `Node ${wanted} is inside a loop; from outside only the loop's result can be read.`,
    position,
  );
}

function joined(path: string, inner: string): string {
  return inner === '' ? path : `${path}.${inner}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function positionOf(error: unknown): { readonly position?: { readonly offset: number; readonly length: number } } {
  const details = isConv3nError(error) ? error.details : undefined;
  if (!isRecord(details) || typeof details.position !== 'number') return {};
  return { position: { offset: details.position, length: typeof details.length === 'number' ? details.length : 0 } };
}
