import type { BlockManifest, WorkflowFile } from '@conv3n/workflow';
import { type GraphPath, graphAt } from './graph-path.ts';
import type { RunState } from './run-state.ts';
import { upstreamOf } from './upstream.ts';

/** A value an expression may read at a node, with a sample from the last execution where there is one. */
export interface Variable {
  /** Such as `$node.total.data`. */
  readonly expression: string;
  readonly title: string;
  readonly group: 'nodes' | 'loop' | 'start' | 'context';
  readonly sample?: unknown;
  /** The sample's JSON Schema where no execution gave a value. */
  readonly schema?: unknown;
}

/** Everything the expressions of a node may read, nearest first. Inside loops the outer nodes stay readable. */
export function variablesFor(
  file: WorkflowFile,
  path: GraphPath,
  node: string,
  manifests: ReadonlyMap<string, BlockManifest>,
  run: RunState | undefined,
): readonly Variable[] {
  const found: Variable[] = [];
  let at = node;
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const graph = graphAt(file, path.slice(0, depth));
    if (graph === undefined) continue;
    for (const id of upstreamOf(graph, at)) {
      const upstream = graph.nodes[id];
      const step = run?.steps.get(id) ?? run?.iterations.get(id)?.values().next().value;
      const schema = manifests.get(upstream?.type ?? '')?.output;
      found.push({
        expression: `$node.${id}.data`,
        title: upstream?.label ?? id,
        group: 'nodes',
        ...(step?.data === undefined ? {} : { sample: step.data }),
        ...(schema === undefined ? {} : { schema }),
      });
    }
    at = path[depth - 1] ?? at;
  }
  if (path.length > 0) {
    found.push({ expression: '$item', title: 'Item of this iteration', group: 'loop' });
    found.push({ expression: '$index', title: 'Index of this iteration', group: 'loop', sample: 0 });
  }
  const input = run?.input;
  found.push({
    expression: '$trigger',
    title: 'What started the execution',
    group: 'start',
    ...(input === undefined ? {} : { sample: input }),
    ...(file.input === undefined ? {} : { schema: file.input }),
  });
  found.push(
    { expression: '$input.default', title: 'Data that reached this node', group: 'start' },
    { expression: '$vars', title: 'Variables', group: 'context' },
    { expression: '$env', title: 'Environment (allow-list)', group: 'context' },
    { expression: '$execution.id', title: 'Execution id', group: 'context', ...(run ? { sample: run.id } : {}) },
    { expression: '$workflow.name', title: 'Workflow name', group: 'context', sample: file.name },
  );
  return found;
}
