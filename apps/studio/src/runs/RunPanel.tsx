import type { BlockManifest, WorkflowGraph } from '@conv3n/workflow';
import { X } from 'lucide-react';
import { IconButton } from '../components/Button.tsx';
import { JsonTree } from '../components/JsonTree.tsx';
import type { RunState } from '../engine/run-state.ts';
import { RunBar } from './RunBar.tsx';
import { StepInspector } from './StepInspector.tsx';
import { StepTimeline } from './StepTimeline.tsx';

/** The drawer below the canvas: a run's steps beside the chosen step. */
export function RunPanel(props: {
  readonly run: RunState;
  readonly graph: WorkflowGraph;
  readonly manifests: ReadonlyMap<string, BlockManifest>;
  readonly selected: string | undefined;
  readonly onSelect: (node: string | undefined) => void;
  readonly onDecided: () => void;
  readonly onClose: () => void;
}) {
  const { run, selected } = props;
  return (
    <section aria-label="Run" className="appear flex h-[308px] shrink-0 flex-col border-t border-line bg-panel">
      <header className="flex h-10 shrink-0 items-center gap-3 border-b border-line pr-2 pl-4">
        <RunBar run={run} linked />
        <span className="flex-1" />
        <IconButton size="sm" label="Close the run" onClick={props.onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      <div className="flex min-h-0 flex-1">
        <div className="w-[44%] max-w-[520px] min-w-[260px] overflow-y-auto border-r border-line">
          <StepTimeline
            run={run}
            graph={props.graph}
            manifests={props.manifests}
            selected={selected}
            onSelect={props.onSelect}
          />
        </div>
        <div className="min-w-0 flex-1">
          {selected === undefined ? (
            <div className="h-full overflow-auto p-4">
              <h3 className="mb-2 text-xs font-medium text-soft">Output</h3>
              {run.output === undefined || run.output === null ? (
                <p className="text-sm text-faint">
                  {run.error
                    ? 'The execution failed. Choose the failed step to see why.'
                    : 'Choose a step to see its data.'}
                </p>
              ) : (
                <JsonTree value={run.output} />
              )}
            </div>
          ) : (
            <StepInspector key={selected} run={run} node={selected} onDecided={props.onDecided} />
          )}
        </div>
      </div>
    </section>
  );
}
