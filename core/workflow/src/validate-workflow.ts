import type { JsonObject, SchemaCompiler } from '@conv3n/platform';
import type { BlockManifest } from './block.ts';
import { effectOf } from './block-rules.ts';
import { checkConfig } from './check-config.ts';
import { checkEdges, type FindManifest, type GraphPlace } from './check-graph.ts';
import { checkShape } from './check-shape.ts';
import { compileWorkflow } from './compile-workflow.ts';
import type { WorkflowPlan } from './plan.ts';
import type { WorkflowFile, WorkflowGraph, WorkflowNode } from './workflow-file.ts';
import { ProblemList, under, type WorkflowProblem } from './workflow-problem.ts';
import { workflowFileSchema, workflowGraphSchema } from './workflow-schema.ts';

/** Bounds of a workflow file. */
export const workflowLimits = Object.freeze({
  /** JSON of the whole file, in characters; with it an unsaved workflow still fits into one event. */
  fileLength: 900 * 1024,
  /** Loop bodies included. */
  nodes: 1000,
  edges: 5000,
  /** Loops inside loops. */
  loopDepth: 8,
  /** Objects and lists inside one another, anywhere in the file. */
  valueDepth: 100,
});

export interface ValidateOptions {
  readonly manifests: Iterable<BlockManifest>;
  /** Checks configs against the schemas of their blocks; without it only keys and expressions are checked. */
  readonly compileSchema?: SchemaCompiler;
}

export type WorkflowValidation =
  | { readonly valid: true; readonly file: WorkflowFile; readonly plan: WorkflowPlan }
  | { readonly valid: false; readonly problems: readonly WorkflowProblem[] };

/** Checks a file completely and compiles it. Never throws on what a person may write. */
export function validateWorkflow(file: unknown, options: ValidateOptions): WorkflowValidation {
  const list = new ProblemList();
  const manifests = new Map([...options.manifests].map((manifest) => [manifest.type, manifest]));
  const find: FindManifest = (type) => manifests.get(type);
  if (fits(file, list) && checkShape(file, workflowFileSchema, '', list)) {
    checkFile(file as WorkflowFile, find, [...manifests.keys()], options.compileSchema, list);
  }
  if (list.problems.length > 0) return { valid: false, problems: list.problems };
  return { valid: true, file: file as WorkflowFile, plan: compileWorkflow(file as WorkflowFile, find) };
}

function fits(file: unknown, list: ProblemList): boolean {
  if (depthOf(file, workflowLimits.valueDepth) > workflowLimits.valueDepth) {
    list.add('', 'nested_too_deep', `Values are nested deeper than ${workflowLimits.valueDepth}.`);
    return false;
  }
  const length = JSON.stringify(file)?.length ?? 0;
  if (length <= workflowLimits.fileLength) return true;
  list.add('', 'file_too_large', `The file has ${length} characters; ${workflowLimits.fileLength} are allowed.`);
  return false;
}

function depthOf(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (most <= 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, most - 1));
  return deepest + 1;
}

function checkFile(
  file: WorkflowFile,
  find: FindManifest,
  types: readonly string[],
  compileSchema: SchemaCompiler | undefined,
  list: ProblemList,
): void {
  const { nodes: maxNodes, edges: maxEdges, loopDepth } = workflowLimits;
  const graphs: GraphPlace[] = [];
  const places = new Map<string, GraphPlace>();
  collect({ graph: file, path: '', outer: null }, 0);
  const count = graphs.reduce((sum, { graph }) => sum + Object.keys(graph.nodes).length, 0);
  const edges = graphs.reduce((sum, { graph }) => sum + graph.edges.length, 0);
  if (count > maxNodes) list.add('nodes', 'too_many_nodes', `The file has ${count} nodes; ${maxNodes} are allowed.`);
  if (edges > maxEdges) list.add('edges', 'too_many_edges', `The file has ${edges} edges; ${maxEdges} are allowed.`);
  if (list.problems.some((problem) => problem.code.startsWith('too_many'))) return;
  for (const place of graphs) {
    checkEdges(place, find, list);
    for (const [id, node] of Object.entries(place.graph.nodes)) {
      const path = under(under(place.path, 'nodes'), id);
      const manifest = find(node.type);
      if (manifest) checkNode(place, id, node, manifest, path);
      else list.addUnknown(under(path, 'type'), 'unknown_block', `There is no block "${node.type}".`, node.type, types);
    }
  }

  function collect(place: GraphPlace, depth: number): void {
    graphs.push(place);
    for (const [id, node] of Object.entries(place.graph.nodes)) {
      const path = under(under(place.path, 'nodes'), id);
      if (places.has(id)) list.add(path, 'duplicate_node', `Another node of the file is called ${id}. Rename one.`);
      else places.set(id, place);
      if (find(node.type)?.control !== 'loop') continue;
      const bodyPath = under(under(path, 'config'), 'body');
      if (depth + 1 > loopDepth) {
        list.add(bodyPath, 'nested_too_deep', `Loops are nested deeper than ${loopDepth}. Call a workflow instead.`);
      } else if (checkShape(node.config?.body, workflowGraphSchema, bodyPath, list)) {
        const graph = node.config?.body as unknown as WorkflowGraph;
        collect({ graph, path: bodyPath, outer: { place, loop: id } }, depth + 1);
      }
    }
  }

  function checkNode(place: GraphPlace, id: string, node: WorkflowNode, manifest: BlockManifest, path: string): void {
    const config: JsonObject = node.config ?? {};
    if (manifest.control === 'trigger' && place.outer) {
      list.add(path, 'trigger_in_loop', `Node ${id} is a trigger; triggers stand at the top level only.`);
    }
    if (node.effect && !['external', 'idempotent'].includes(effectOf(manifest.effect, config))) {
      const reason = `block ${manifest.type} has no external effect with this config`;
      list.add(under(path, 'effect'), 'effect_not_allowed', `effect cannot be set here: ${reason}. Remove it.`);
    }
    checkConfig(place, id, config, manifest, { places, compileSchema }, list);
  }
}
