import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ReactFlowProvider } from '@xyflow/react';
import { useMemo, useState } from 'react';
import { queries } from '../api/queries.ts';
import { Failure } from '../components/Failure.tsx';
import { JsonTree } from '../components/JsonTree.tsx';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { TabBar } from '../components/TabBar.tsx';
import { Tag } from '../components/Tag.tsx';
import { findNode, type GraphPath, graphAt } from '../engine/graph-path.ts';
import { ErrorPanel } from '../runs/ErrorPanel.tsx';
import { EventList } from '../runs/EventList.tsx';
import { ExecutionActions } from '../runs/ExecutionActions.tsx';
import { ExecutionCanvas } from '../runs/ExecutionCanvas.tsx';
import { RunBar } from '../runs/RunBar.tsx';
import { StepInspector } from '../runs/StepInspector.tsx';
import { StepTimeline } from '../runs/StepTimeline.tsx';
import { useFollow } from '../runs/use-follow.ts';
import { useLoopSteps } from '../runs/use-loop-steps.ts';

function Data({ title, value, root }: { readonly title: string; readonly value: unknown; readonly root?: string }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-soft">{title}</h3>
      {value === undefined || value === null ? (
        <p className="text-sm text-faint">None.</p>
      ) : (
        <JsonTree value={value} root={root} />
      )}
    </section>
  );
}

/** One execution: its pinned graph with statuses, its steps, data, events and what can be done about it. */
export function ExecutionPage() {
  const { executionId } = useParams({ from: '/executions/$executionId' });
  const [round, setRound] = useState(0);
  const [path, setPath] = useState<GraphPath>([]);
  const [node, setNode] = useState<string>();
  const [tab, setTab] = useState('steps');
  const definition = useQuery(queries.definition(executionId));
  const blocks = useQuery(queries.blocks());
  const { run: followed, execution, problem } = useFollow(executionId, round);
  const manifests = useMemo(
    () => new Map((blocks.data?.items ?? []).map((block) => [block.type, block])),
    [blocks.data],
  );
  const file = definition.data?.workflow;
  const graph = file ? (graphAt(file, path) ?? file) : undefined;

  const run = useLoopSteps(followed, graph, path);

  if (problem && run === undefined) return <Failure error={new Error(problem)} onRetry={() => setRound(round + 1)} />;
  if (definition.isError) return <Failure error={definition.error} onRetry={() => void definition.refetch()} />;
  if (!run || !execution || !file || !graph) {
    return (
      <div className="flex h-full flex-col">
        <div className="flex h-13 items-center gap-3 border-b border-line bg-panel px-4">
          <div className="skeleton h-4 w-56" />
        </div>
        <div className="flex-1" />
      </div>
    );
  }
  const again = () => setRound(round + 1);
  const steps = (
    <div className="flex h-full min-h-0 flex-col">
      <div className="max-h-[42%] shrink-0 overflow-y-auto border-b border-line">
        <StepTimeline run={run} graph={graph} manifests={manifests} selected={node} onSelect={setNode} />
      </div>
      <div className="min-h-0 flex-1">
        {node !== undefined && findNode(file, node) ? (
          <StepInspector key={node} run={run} node={node} onDecided={again} />
        ) : run.error ? (
          <ErrorPanel error={run.error} />
        ) : (
          <p className="p-4 text-sm text-faint">
            Choose a step, here or on the canvas, to see its input, output, logs and attempts.
          </p>
        )}
      </div>
    </div>
  );
  const data = (
    <div className="grid gap-6 p-4">
      <Data title="Input" value={run.input} root="$trigger" />
      <Data title="Output" value={run.output} />
      {run.error && (
        <section>
          <h3 className="text-xs font-medium text-soft">Error</h3>
          <div className="-mx-4">
            <ErrorPanel error={run.error} />
          </div>
        </section>
      )}
    </div>
  );
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-13 shrink-0 items-center gap-3 border-b border-line bg-panel px-4">
        <div className="flex min-w-0 items-center gap-2 text-sm">
          <Link to="/executions" className="hidden text-soft hover:text-strong lg:block">
            Executions
          </Link>
          <span className="hidden text-faint lg:block">/</span>
          {execution.workflow_id ? (
            <Link
              to="/workflows/$workflowId"
              params={{ workflowId: execution.workflow_id }}
              className="truncate font-semibold text-strong hover:underline"
            >
              {execution.workflow_name}
            </Link>
          ) : (
            <span className="truncate font-semibold text-strong">{execution.workflow_name}</span>
          )}
          <span className="text-xs text-faint">
            {execution.workflow_version === null ? 'unsaved' : `v${execution.workflow_version}`}
          </span>
          <Tag>{execution.trigger.kind}</Tag>
        </div>
        <RelativeTime time={execution.created_at} className="text-xs whitespace-nowrap text-faint" />
        <span className="flex-1" />
        <RunBar run={{ ...run, error: null }} linked={false} />
        <ExecutionActions run={run} node={node} />
      </header>
      <div className="flex min-h-0 flex-1">
        <div className="relative min-w-0 flex-1">
          <ReactFlowProvider key={path.join('.')}>
            <ExecutionCanvas
              name={file.name}
              graph={graph}
              path={path}
              manifests={manifests}
              run={run}
              selected={node}
              onSelect={setNode}
              onPath={setPath}
            />
          </ReactFlowProvider>
        </div>
        <aside
          aria-label="Execution"
          className="flex w-[42%] max-w-[520px] min-w-[376px] flex-col border-l border-line bg-panel"
        >
          <TabBar
            label="Execution"
            value={tab}
            onChange={setTab}
            tabs={[
              {
                id: 'steps',
                label: 'Steps',
                panel: steps,
                mark: <span className="text-2xs text-faint">{run.steps.size}</span>,
              },
              { id: 'data', label: 'Input and output', panel: data },
              {
                id: 'events',
                label: 'Events',
                panel: (
                  <EventList execution={executionId} version={`${run.status}${run.steps.size}`} onNode={setNode} />
                ),
              },
            ]}
          />
        </aside>
      </div>
    </div>
  );
}
