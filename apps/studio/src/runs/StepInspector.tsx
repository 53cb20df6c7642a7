import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Page, Step } from '../api/types.ts';
import { Failure } from '../components/Failure.tsx';
import { JsonTree } from '../components/JsonTree.tsx';
import { durationText } from '../components/moments.ts';
import { SelectInput } from '../components/SelectInput.tsx';
import { Status, statusWord } from '../components/Status.tsx';
import { TabBar } from '../components/TabBar.tsx';
import { Tag } from '../components/Tag.tsx';
import { type RunState, stepDuration } from '../engine/run-state.ts';
import { AttemptList } from './AttemptList.tsx';
import { DecidePanel } from './DecidePanel.tsx';
import { ErrorPanel } from './ErrorPanel.tsx';
import { LogList } from './LogList.tsx';
import { useStepEvents } from './use-step-events.ts';

function isPage(value: Step | Page<Step>): value is Page<Step> {
  return 'items' in value;
}

function pathOf(step: Step | undefined): string {
  return step?.iteration?.join('.') ?? '';
}

function Value({ value, root, none }: { readonly value: unknown; readonly root?: string; readonly none: string }) {
  if (value === undefined || value === null) return <p className="p-4 text-sm text-faint">{none}</p>;
  return (
    <div className="px-3 py-3">
      <JsonTree value={value} root={root} />
    </div>
  );
}

/** One step in full: input, output, error, logs and attempts; inside loops each iteration. */
export function StepInspector(props: {
  readonly run: RunState;
  readonly node: string;
  readonly onDecided?: () => void;
}) {
  const { run, node } = props;
  const [tab, setTab] = useState<string>();
  const [iteration, setIteration] = useState<string>();
  const live = run.steps.get(node);
  const seen = run.iterations.get(node);
  const inLoop = live === undefined && (seen !== undefined || iteration !== undefined);
  const version = `${live?.status ?? ''}${live?.attempts ?? ''}${seen?.size ?? ''}${run.status}`;
  const list = useQuery({ ...queries.step(run.id, node, version), placeholderData: (previous) => previous });
  const answer = list.data;
  const iterations = answer && isPage(answer) ? answer.items : undefined;
  const chosen = iterations ? (iteration ?? pathOf(iterations[0])) : undefined;
  const step: Step | undefined =
    answer === undefined ? undefined : isPage(answer) ? answer.items.find((item) => pathOf(item) === chosen) : answer;
  const events = useStepEvents(run.id, node, chosen ?? '', version);
  if (list.isError && live === undefined && !inLoop) {
    return <p className="p-4 text-sm text-faint">This node has not run in this execution.</p>;
  }
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (step === undefined) {
    return list.isPending ? (
      <div className="grid gap-2 p-4">
        <div className="skeleton h-4 w-40" />
        <div className="skeleton h-24 w-full" />
      </div>
    ) : (
      <p className="p-4 text-sm text-faint">This node has not run in this execution.</p>
    );
  }
  const logs = step.logs ?? (events.data ?? []).flatMap((event) => (event.data as { logs?: [] }).logs ?? []);
  const ms = stepDuration(step);
  const current = tab ?? (step.error ? 'error' : 'output');
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 pt-3 pb-1.5">
        <h3 className="font-mono text-xs font-medium text-strong">{node}</h3>
        <Status status={step.status} />
        {ms !== undefined && step.status !== 'skipped' && (
          <span className="text-xs text-soft tabular-nums">{durationText(ms)}</span>
        )}
        {step.port !== null && step.port !== 'default' && <Tag>port {step.port}</Tag>}
        {iterations && (
          <SelectInput
            label="Iteration"
            className="ml-auto h-7! w-44!"
            value={chosen ?? ''}
            choices={iterations.map((item) => ({
              value: pathOf(item),
              label: `Iteration ${pathOf(item)}`,
              note: statusWord(item.status),
            }))}
            onChange={setIteration}
          />
        )}
      </div>
      {step.status === 'in_doubt' && (
        <DecidePanel
          execution={run.id}
          node={node}
          {...(chosen === undefined ? {} : { iteration: chosen })}
          {...(props.onDecided ? { onDecided: props.onDecided } : {})}
        />
      )}
      <TabBar
        label="Step"
        value={current}
        onChange={setTab}
        tabs={[
          {
            id: 'input',
            label: 'Input',
            panel: <Value value={step.input} root="$input" none="No input was recorded." />,
          },
          {
            id: 'output',
            label: 'Output',
            panel: (
              <Value
                value={step.data}
                root={`$node.${node}.data`}
                none={step.status === 'skipped' ? 'Skipped: no path led here.' : 'No output.'}
              />
            ),
          },
          {
            id: 'error',
            label: 'Error',
            mark: step.error && <span className="size-1.5 rounded-full bg-bad" />,
            panel: step.error ? <ErrorPanel error={step.error} /> : <p className="p-4 text-sm text-faint">No error.</p>,
          },
          {
            id: 'logs',
            label: 'Logs',
            mark: logs.length > 0 && <span className="text-2xs text-faint">{logs.length}</span>,
            panel: <LogList logs={logs} />,
          },
          {
            id: 'attempts',
            label: 'Attempts',
            mark: step.attempts > 1 && <span className="text-2xs text-faint">{step.attempts}</span>,
            panel: <AttemptList step={step} events={events.data ?? []} />,
          },
        ]}
      />
    </div>
  );
}
