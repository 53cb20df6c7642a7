import type { WorkflowFile } from '@conv3n/workflow';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client } from '../api/client.ts';
import { type PlacedProblem, placeProblem } from '../engine/problems.ts';
import { useDebounced } from '../hooks/use-debounced.ts';

const none: readonly PlacedProblem[] = [];

/** The server's judgement of the draft, half a second after the last edit. */
export function useValidation(file: WorkflowFile): readonly PlacedProblem[] {
  const settled = useDebounced(file, 500);
  const answer = useQuery({
    queryKey: ['validate', settled],
    queryFn: ({ signal }) => client.workflows.validate({ workflow: settled }, { signal }),
    placeholderData: (previous) => previous,
    enabled: Object.keys(settled.nodes).length > 0,
    gcTime: 5_000,
    retry: false,
  });
  const problems = answer.data?.problems;
  return useMemo(() => problems?.map((problem) => placeProblem(settled, problem)) ?? none, [problems, settled]);
}
