import type { ErrorDetail } from '@conv3n/platform';
import type { IterationCell, IterationRows } from './execution-event.ts';
import type { GraphState, IterationResult, StepState } from './execution-state.ts';
import type { GraphPlan } from './plan.ts';
import { defaultPort } from './workflow-file.ts';

/** The ids a body's rows are keyed by. */
export function rowNodes(body: GraphPlan): readonly string[] {
  return body.nodes.map((node) => node.id);
}

/** The outcomes of a finished tight iteration as one row. */
export function encodeRow(graph: GraphState): readonly IterationCell[] {
  return graph.steps.map(encodeCell);
}

function encodeCell(step: StepState): IterationCell {
  if (step.status === 'skipped' || step.status === 'cancelled') return null;
  if (step.error) return [step.data, step.port ?? defaultPort, step.error];
  return step.port === defaultPort ? [step.data] : [step.data, step.port ?? defaultPort];
}

/** The result of one row: what the iteration gave, by the same output rule as everywhere. */
export function rowResult(body: GraphPlan, rows: IterationRows, row: readonly IterationCell[]): IterationResult {
  const sinks: (readonly [string, NonNullable<IterationCell>[0]])[] = [];
  let failure: ErrorDetail | null = null;
  for (const [position, cell] of row.entries()) {
    const node = body.nodes[body.indexes.get(rows.nodes[position] ?? '') ?? -1];
    if (!cell || !node) continue;
    const error = cell[2] ?? null;
    const handled = error !== null && (node.onError.kind === 'continue' || node.onError.kind === 'fallback');
    const port = cell[1] ?? defaultPort;
    const routed = node.out.some((edge) => edge.port === port);
    if (error && !handled && !routed && node.onError.kind === 'stop') failure ??= error;
    if (node.out.length === 0 && (!error || handled)) sinks.push([node.id, cell[0]]);
  }
  return failure ? { error: failure } : { sinks };
}
