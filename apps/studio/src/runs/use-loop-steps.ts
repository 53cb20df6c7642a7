import type { WorkflowGraph } from '@conv3n/workflow';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '../api/queries.ts';
import type { GraphPath } from '../engine/graph-path.ts';
import { iterationLimit, type RunState, type RunStep } from '../engine/run-state.ts';

/** Body nodes whose steps are read; bigger bodies show live events only. */
const nodeLimit = 40;

/** The run with the iterations of an open loop body read in: an execution's view and its events hold the top level in full, loops in summary. */
export function useLoopSteps(
  run: RunState | undefined,
  graph: WorkflowGraph | undefined,
  path: GraphPath,
): RunState | undefined {
  const inLoop = path.length > 0 && run !== undefined;
  const nodes = useMemo(() => (inLoop && graph ? Object.keys(graph.nodes).slice(0, nodeLimit) : []), [inLoop, graph]);
  const loop = path[0];
  const progress = loop === undefined ? '' : `${run?.status} ${run?.steps.get(loop)?.status}`;
  const found = useQueries({
    queries: nodes.map((node) => ({ ...queries.step(run?.id ?? '', node, progress), retry: false })),
    combine: (answers) => answers.map((answer) => answer.data),
  });
  return useMemo(() => {
    if (run === undefined || found.every((answer) => answer === undefined)) return run;
    const iterations = new Map(run.iterations);
    for (const [index, answer] of found.entries()) {
      const node = nodes[index];
      if (node === undefined || answer === undefined || !('items' in answer)) continue;
      const read = answer.items.map((step): [string, RunStep] => [
        (step.iteration ?? []).join('.'),
        { ...step, iteration: step.iteration ?? [] },
      ]);
      iterations.set(node, new Map([...(run.iterations.get(node) ?? []), ...read].slice(-iterationLimit)));
    }
    return { ...run, iterations };
  }, [run, found, nodes]);
}
