import type { BlockManifest, WorkflowGraph } from '@conv3n/workflow';
import { BlockIcon } from '../components/BlockIcon.tsx';
import { classNames } from '../components/class-names.ts';
import { durationText } from '../components/moments.ts';
import { StatusIcon, statusWord } from '../components/Status.tsx';
import { isEnded, type RunState, type RunStep, stepDuration } from '../engine/run-state.ts';
import { useNow } from '../hooks/use-now.ts';

interface StepTimelineProps {
  readonly run: RunState;
  readonly graph: WorkflowGraph;
  readonly manifests: ReadonlyMap<string, BlockManifest>;
  readonly selected: string | undefined;
  readonly onSelect: (node: string) => void;
}

const bars: Readonly<Record<string, string>> = {
  running: 'bg-run',
  succeeded: 'bg-ok/70',
  failed: 'bg-bad/80',
  waiting: 'bg-warn/70',
  in_doubt: 'bg-warn',
};

function shownSteps(run: RunState, graph: WorkflowGraph): readonly RunStep[] {
  const latest = (id: string): RunStep | undefined =>
    run.steps.get(id) ?? [...(run.iterations.get(id)?.values() ?? [])].at(-1);
  const pending = Object.keys(graph.nodes)
    .filter((id) => latest(id) === undefined)
    .map(
      (node): RunStep => ({
        node,
        status: 'pending',
        attempts: 0,
        iteration: [],
        port: null,
        error: null,
        started_at: null,
        finished_at: null,
      }),
    );
  const known = Object.keys(graph.nodes).flatMap((id) => latest(id) ?? []);
  const time = (step: RunStep) => (step.started_at === null ? Number.POSITIVE_INFINITY : Date.parse(step.started_at));
  if (!Object.keys(graph.nodes).some((id) => run.steps.has(id))) return [...known, ...pending];
  return [...known.toSorted((a, b) => time(a) - time(b)), ...pending];
}

/** Every step with its status and its time as a bar of the whole execution's. */
export function StepTimeline({ run, graph, manifests, selected, onSelect }: StepTimelineProps) {
  const ended = isEnded(run.status);
  const now = useNow(ended ? 0 : 200);
  const steps = shownSteps(run, graph);
  const start = Date.parse(run.started_at ?? run.created_at);
  const ends = steps.map((step) => (step.finished_at === null ? 0 : Date.parse(step.finished_at)));
  const end = run.finished_at === null ? Math.max(now, ...ends) : Math.max(Date.parse(run.finished_at), ...ends);
  const span = Math.max(end - start, 1);
  return (
    <ol aria-label="Steps" className="@container py-1">
      {steps.map((step) => {
        const node = graph.nodes[step.node];
        const ms = stepDuration(step, ended ? undefined : now);
        const from =
          step.started_at === null ? 0 : Math.min(Math.max((Date.parse(step.started_at) - start) / span, 0), 0.985);
        const quiet = step.status === 'pending' || step.status === 'skipped';
        return (
          <li key={step.node}>
            <button
              type="button"
              aria-current={selected === step.node}
              onClick={() => onSelect(step.node)}
              className={classNames(
                'flex h-9 w-full items-center gap-2 px-3 text-left -outline-offset-2 transition-colors hover:bg-hover/70',
                selected === step.node && 'bg-hover',
                quiet && 'opacity-55',
              )}
            >
              <StatusIcon status={step.status} />
              <span className="@max-[340px]:hidden">
                <BlockIcon block={manifests.get(node?.type ?? '')} size="sm" />
              </span>
              <span className="min-w-0 flex-1 truncate text-sm text-strong">
                {node?.label ?? step.node}
                {step.attempts > 1 && <span className="ml-1.5 text-2xs text-warn">{step.attempts} attempts</span>}
              </span>
              <span
                className="relative h-1.5 w-[32%] shrink-0 overflow-hidden rounded-full bg-line/70 @max-[340px]:w-[24%]"
                aria-hidden
              >
                {ms !== undefined && !quiet && (
                  <span
                    className={classNames('absolute inset-y-0 min-w-1 rounded-full', bars[step.status] ?? 'bg-faint')}
                    style={{ left: `${from * 100}%`, width: `${Math.min((ms / span) * 100, 100 - from * 100)}%` }}
                  />
                )}
              </span>
              <span className="w-16 shrink-0 text-right text-2xs whitespace-nowrap text-soft tabular-nums">
                {quiet ? statusWord(step.status) : ms === undefined ? '' : durationText(ms)}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
