import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import type { Decision } from '../api/types.ts';
import { Button } from '../components/Button.tsx';
import { toast } from '../components/toasts.ts';
import { JsonText } from '../fields/JsonField.tsx';

const decisions: readonly { readonly decision: Decision; readonly label: string; readonly means: string }[] = [
  { decision: 'succeed', label: 'It happened', means: 'Take the step as succeeded, with the data below.' },
  { decision: 'retry', label: 'It did not, run again', means: 'Make another attempt.' },
  { decision: 'skip', label: 'Skip', means: 'Go on without it.' },
  { decision: 'fail', label: 'Fail', means: 'Take the step as failed.' },
];

/** Lets a person settle what the server cannot know. */
export function DecidePanel(props: {
  readonly execution: string;
  readonly node: string;
  readonly iteration?: string;
  readonly onDecided?: () => void;
}) {
  const cache = useQueryClient();
  const [data, setData] = useState<unknown>(null);
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      client.executions.decide({
        id: props.execution,
        node: props.node,
        decision,
        ...(props.iteration === undefined ? {} : { iteration: props.iteration }),
        ...(decision === 'succeed' ? { data } : {}),
      }),
    onSuccess: () => {
      props.onDecided?.();
      return cache.invalidateQueries({ queryKey: ['executions'] });
    },
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  return (
    <section aria-label="Decision" className="mx-4 mt-1 mb-3 rounded-lg border border-warn/40 bg-warn/5 p-3">
      <p className="flex gap-2 text-sm text-body">
        <CircleHelp className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden />
        <span>
          The call was sent, but its answer never arrived, so nobody here knows whether it took effect. Look at the
          other system, then say what is true. Nothing is repeated until you do.
        </span>
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {decisions.map(({ decision, label, means }) => (
          <Button
            key={decision}
            size="sm"
            title={means}
            busy={decide.isPending}
            onClick={() => decide.mutate(decision)}
          >
            {label}
          </Button>
        ))}
      </div>
      <div className="mt-2.5 grid grid-cols-[auto_1fr] items-center gap-2">
        <span className="text-xs text-soft">Data, if it happened</span>
        <JsonText label="Data of the step" value={data} onChange={setData} />
      </div>
    </section>
  );
}
