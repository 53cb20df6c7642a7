import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowUpRight, Ban } from 'lucide-react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { Button } from '../components/Button.tsx';
import { durationText } from '../components/moments.ts';
import { Status } from '../components/Status.tsx';
import { toast } from '../components/toasts.ts';
import { isEnded, type RunState, stepDuration } from '../engine/run-state.ts';
import { useNow } from '../hooks/use-now.ts';

/** One line about an execution: status, time, cancel, and the way to its page. */
export function RunBar({ run, linked }: { readonly run: RunState; readonly linked: boolean }) {
  const ended = isEnded(run.status);
  const now = useNow(ended ? 0 : 200);
  const ms = stepDuration(run, now);
  const cancel = useMutation({
    mutationFn: () => client.executions.cancel({ id: run.id }),
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  return (
    <div className="flex min-w-0 items-center gap-3" role="status">
      <Status status={run.status} />
      {ms !== undefined && <span className="text-xs text-soft tabular-nums">{durationText(ms)}</span>}
      {run.error && <span className="min-w-0 truncate text-xs text-bad">{run.error.message}</span>}
      {!ended && (
        <Button
          size="sm"
          tone="quiet"
          busy={cancel.isPending}
          icon={<Ban className="size-3.5" aria-hidden />}
          onClick={() => cancel.mutate()}
        >
          Cancel
        </Button>
      )}
      {linked && (
        <Link
          to="/executions/$executionId"
          params={{ executionId: run.id }}
          className="inline-flex items-center gap-0.5 text-xs whitespace-nowrap text-soft hover:text-strong"
        >
          Execution
          <ArrowUpRight className="size-3" aria-hidden />
        </Link>
      )}
    </div>
  );
}
