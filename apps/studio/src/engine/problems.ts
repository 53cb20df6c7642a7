import type { WorkflowFile, WorkflowGraph } from '@conv3n/workflow';
import { bodyOf, type GraphPath } from './graph-path.ts';

/** A validation problem as the server reports it; `path` is dotted from the file's root. */
export interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** A problem with the place it belongs to. */
export interface PlacedProblem extends Problem {
  readonly graph: GraphPath;
  readonly node?: string;
  /** Path inside the node, such as `config.url`. */
  readonly field?: string;
}

/** Finds the graph, node and field a problem's path names. */
export function placeProblem(file: WorkflowFile, problem: Problem): PlacedProblem {
  const segments = problem.path
    .replace(/\[(\d+)\]/g, '.$1')
    .replace(/^\//, '')
    .split(/[./]/);
  const graph: string[] = [];
  let current: WorkflowGraph | undefined = file;
  let at = 0;
  let node: string | undefined;
  while (segments[at] === 'nodes' && current !== undefined) {
    const id = segments[at + 1];
    if (id === undefined) break;
    if (node !== undefined) graph.push(node);
    node = id;
    at += 2;
    if (segments[at] !== 'config' || segments[at + 1] !== 'body') break;
    const body: WorkflowGraph | undefined = bodyOf(current.nodes[id]);
    if (body === undefined || segments[at + 2] !== 'nodes') break;
    current = body;
    at += 2;
  }
  const field = segments.slice(at).join('.');
  if (node === undefined) return { ...problem, graph: [], ...(field === '' ? {} : { field }) };
  return { ...problem, graph, node, ...(field === '' ? {} : { field }) };
}

/** Problems of one field, the field's inner parts included. */
export function fieldProblems(
  problems: readonly PlacedProblem[],
  node: string,
  field: string,
): readonly PlacedProblem[] {
  return problems.filter(
    (problem) => problem.node === node && (problem.field === field || problem.field?.startsWith(`${field}.`) === true),
  );
}
