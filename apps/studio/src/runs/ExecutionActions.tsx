import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { Button } from '../components/Button.tsx';
import { Menu } from '../components/Menu.tsx';
import { toast } from '../components/toasts.ts';
import { isEnded, type RunState } from '../engine/run-state.ts';

/** Repeats an ended execution: whole, or from a step with the results before it kept. */
export function ExecutionActions({ run, node }: { readonly run: RunState; readonly node: string | undefined }) {
  const navigate = useNavigate();
  const retry = useMutation({
    mutationFn: (from: string | undefined) =>
      client.executions.retry({ id: run.id, ...(from === undefined ? {} : { from_node: from }) }),
    onSuccess: ({ id }) => {
      toast('A new execution started.');
      return navigate({ to: '/executions/$executionId', params: { executionId: id } });
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  if (!isEnded(run.status)) return null;
  const failed = [...run.steps.values()].find((step) => step.status === 'failed')?.node;
  const from = node ?? failed;
  return (
    <Menu
      trigger={
        <Button busy={retry.isPending} icon={<RotateCcw className="size-3.5" aria-hidden />}>
          Retry
        </Button>
      }
      entries={[
        { label: 'Run the whole again', onSelect: () => retry.mutate(undefined) },
        {
          label: from === undefined ? 'From a step: choose one first' : `From ${from}`,
          disabled: from === undefined,
          onSelect: () => retry.mutate(from),
        },
      ]}
    />
  );
}
