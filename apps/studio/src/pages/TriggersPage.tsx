import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Zap } from 'lucide-react';
import { errorText } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { Trigger } from '../api/types.ts';
import { BlockIcon } from '../components/BlockIcon.tsx';
import { CommandLine } from '../components/CommandLine.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Failure } from '../components/Failure.tsx';
import { PageFrame } from '../components/PageFrame.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { Toggle } from '../components/Toggle.tsx';
import { toast } from '../components/toasts.ts';
import { curlLine } from '../engine/webhook-url.ts';

/** What makes a trigger fire, in words. */
function rule(trigger: Trigger): string {
  const { schedule, timezone, every } = trigger.config;
  if (typeof schedule === 'string') return `${schedule}${typeof timezone === 'string' ? ` (${timezone})` : ''}`;
  if (typeof every === 'string') return `every ${every}`;
  return '';
}

function TriggerCard({ trigger }: { readonly trigger: Trigger }) {
  const cache = useQueryClient();
  const block = useQuery(queries.blocks()).data?.items.find((item) => item.type === trigger.type);
  const workflow = useQuery(queries.workflows()).data?.items.find((item) => item.id === trigger.workflow_id);
  const method = String(trigger.config['method'] ?? 'POST');
  const url = trigger.url === undefined ? undefined : new URL(trigger.url, location.origin).href;
  const pause = useMutation({
    mutationFn: (enabled: boolean) => client.triggers.update({ id: trigger.id, enabled }),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['triggers'] }),
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
  });
  return (
    <li className="flex items-start gap-4 px-4 py-4">
      <BlockIcon block={block} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <Link
            to="/workflows/$workflowId"
            params={{ workflowId: trigger.workflow_id }}
            className="font-medium text-strong hover:underline"
          >
            {workflow?.name ?? trigger.workflow_id}
          </Link>
          {trigger.node && <span className="font-mono text-2xs text-faint">{trigger.node}</span>}
        </div>
        <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-soft">
          <span>{block?.title ?? trigger.type}</span>
          {rule(trigger) && <span className="font-mono">{rule(trigger)}</span>}
          {trigger.enabled && trigger.next_at && (
            <span>
              next <RelativeTime time={trigger.next_at} />
            </span>
          )}
          {trigger.last_fired_at ? (
            <span>
              fired <RelativeTime time={trigger.last_fired_at} />
            </span>
          ) : (
            <span className="text-faint">never fired</span>
          )}
        </p>
        {url && (
          <div className="mt-2.5">
            <CommandLine text={curlLine(url, method, method === 'GET' ? undefined : {})} />
          </div>
        )}
      </div>
      <div className="flex h-9 items-center gap-2.5">
        <span className="w-12 text-right text-xs text-soft">{trigger.enabled ? 'Active' : 'Paused'}</span>
        <Toggle
          label={`${trigger.enabled ? 'Pause' : 'Resume'} the trigger of ${workflow?.name ?? trigger.workflow_id}`}
          checked={trigger.enabled}
          disabled={pause.isPending}
          onChange={(enabled) => pause.mutate(enabled)}
        />
      </div>
    </li>
  );
}

/** What starts executions by itself: pause, resume, call. */
export function TriggersPage() {
  const list = useQuery({ ...queries.triggers(), refetchInterval: 10_000 });
  return (
    <PageFrame
      title="Triggers"
      lead="Publishing a workflow activates its trigger nodes. Pause one here without touching the workflow."
    >
      {list.isError && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <div className="grid gap-px overflow-hidden rounded-lg border border-line">
          {['a', 'b', 'c'].map((key) => (
            <div key={key} className="flex items-center gap-4 bg-panel p-4">
              <div className="skeleton size-9" />
              <div className="grid flex-1 gap-2">
                <div className="skeleton h-3 w-48" />
                <div className="skeleton h-3 w-72" />
              </div>
            </div>
          ))}
        </div>
      )}
      {list.isSuccess &&
        (list.data.items.length === 0 ? (
          <div className="rounded-lg border border-dashed border-line-strong">
            <EmptyState icon={<Zap aria-hidden />} title="No triggers">
              Add a Webhook, Cron or Interval block to a workflow and publish it. Its address or schedule then stands
              here.
            </EmptyState>
          </div>
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
            {list.data.items.map((trigger) => (
              <TriggerCard key={trigger.id} trigger={trigger} />
            ))}
          </ul>
        ))}
    </PageFrame>
  );
}
