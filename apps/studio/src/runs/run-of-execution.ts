import type { Execution } from '../api/types.ts';
import type { RunState } from '../engine/run-state.ts';

/** The execution as the canvas reads it; iterations seen live are kept. */
export function runOfExecution(execution: Execution, before?: RunState): RunState {
  const logs = (node: string) => before?.steps.get(node)?.logs;
  return {
    id: execution.id,
    status: execution.status,
    input: execution.input,
    output: execution.output,
    error: execution.error,
    created_at: execution.created_at,
    started_at: execution.started_at,
    finished_at: execution.finished_at,
    steps: new Map(
      execution.steps.map((step) => {
        const known = step.logs ?? logs(step.node);
        const iteration = step.iteration ?? [];
        return [step.node, known === undefined ? { ...step, iteration } : { ...step, iteration, logs: known }] as const;
      }),
    ),
    iterations: before?.id === execution.id ? before.iterations : new Map(),
  };
}
