import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { ReactFlowProvider } from '@xyflow/react';
import { Braces, Network, Play, Redo2, Save, Undo2 } from 'lucide-react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import type { BlockManifest, OpenWorkflow } from '../api/types.ts';
import { toast } from '../components/toasts.ts';
import { isUnsaved, openGraph } from '../engine/editor-state.ts';
import { createEditorStore } from '../engine/editor-store.ts';
import { isEnded } from '../engine/run-state.ts';
import { parseWorkflow, workflowText } from '../engine/workflow-text.ts';
import { downloadText, pickTextFile } from '../hooks/text-files.ts';
import { useMediaQuery } from '../hooks/use-media-query.ts';
import { RunDialog } from '../runs/RunDialog.tsx';
import { RunPanel } from '../runs/RunPanel.tsx';
import { runOfExecution } from '../runs/run-of-execution.ts';
import { useFollow } from '../runs/use-follow.ts';
import { useLoopSteps } from '../runs/use-loop-steps.ts';
import { BlockPalette } from './BlockPalette.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { EditorCanvas } from './EditorCanvas.tsx';
import { EditorToolbar } from './EditorToolbar.tsx';
import { createEditorActions, type Destination } from './editor-actions.ts';
import { EditorContext } from './editor-context.ts';
import { JsonView } from './JsonView.tsx';
import { LeaveDialog } from './LeaveDialog.tsx';
import { NodeInspector } from './NodeInspector.tsx';
import { useEditorHotkeys } from './use-editor-hotkeys.ts';
import { useValidation } from './use-validation.ts';
import { useWorkflowCommands } from './use-workflow-commands.ts';
import { VersionsDrawer } from './VersionsDrawer.tsx';
import { WorkflowSettings } from './WorkflowSettings.tsx';

/** The editor of one workflow: canvas or JSON, palette, inspector, run drawer. */
export function WorkflowEditor(props: {
  readonly workflow: OpenWorkflow;
  readonly blocks: readonly BlockManifest[];
  /** The first save gave a draft its id. */
  readonly onCreated: (id: string) => void;
}) {
  const { workflow, blocks, onCreated } = props;
  const manifests = useMemo(() => new Map(blocks.map((block) => [block.type, block])), [blocks]);
  const [store] = useState(() => createEditorStore(workflow.workflow));
  const [actions] = useState(() =>
    createEditorActions(store, () => new Map(blocks.map((block) => [block.type, block]))),
  );
  const state = useSyncExternalStore(store.subscribe, store.get);
  const commands = useWorkflowCommands(workflow, store, actions, onCreated);
  const wide = useMediaQuery('(min-width: 1240px)');
  const [palette, setPalette] = useState<boolean>();
  const [view, setView] = useState<'canvas' | 'json'>('canvas');
  const [adding, setAdding] = useState<Destination>();
  const [asking, setAsking] = useState(false);
  const [panel, setPanel] = useState<'versions' | 'settings'>();
  const [round, setRound] = useState(0);
  const [lastInput, setLastInput] = useState<unknown>();

  const live = useFollow(commands.runId, round);
  const recent = useQuery({
    ...queries.executions({ workflow_id: workflow.id ?? '', limit: 1 }),
    enabled: workflow.id !== null && commands.runId === undefined,
  }).data?.items[0];
  const past = useQuery({
    ...queries.execution(recent?.id ?? ''),
    enabled: recent !== undefined && commands.runId === undefined,
  }).data;
  const sampleRun = useMemo(() => live.run ?? (past ? runOfExecution(past) : undefined), [live.run, past]);
  const example = useQuery(queries.info()).data?.examples.find((item) => item.name === state.history.present.name);
  const problems = useValidation(state.history.present);
  const unsaved = isUnsaved(state);
  const graph = openGraph(state);
  const [only, ...more] = state.selection.nodes;
  const open =
    view === 'canvas' && only !== undefined && more.length === 0 && graph.nodes[only] !== undefined ? only : undefined;
  const blocker = useBlocker({
    shouldBlockFn: () => isUnsaved(store.get()),
    enableBeforeUnload: () => isUnsaved(store.get()),
    withResolver: true,
  });

  const save = () => unsaved && commands.save.mutate(undefined);
  const ask = () => Object.keys(state.history.present.nodes).length > 0 && setAsking(true);
  const toggleJson = () => setView(view === 'json' ? 'canvas' : 'json');
  useEditorHotkeys({
    store,
    actions,
    enabled: view === 'canvas',
    onPalette: () => setAdding({}),
    onSave: save,
    onRun: ask,
    onToggleJson: toggleJson,
  });

  const shownRun = useLoopSteps(live.run, graph, state.path);
  const context = useMemo(
    () => ({ store, actions, manifests, problems, run: sampleRun }),
    [store, actions, manifests, problems, sampleRun],
  );
  const canvasContext = useMemo(() => ({ ...context, run: shownRun }), [context, shownRun]);
  const importFile = async () => {
    const text = await pickTextFile('.json,application/json');
    if (text === undefined) return;
    const parsed = parseWorkflow(text);
    if (parsed.ok) actions.replaceFile(parsed.file);
    else toast(`This file is not a workflow. ${parsed.message}`, { tone: 'bad' });
  };
  const restore = async (version: number) => {
    if (workflow.id === null) return;
    const old = await client.workflows.version({ id: workflow.id, version });
    actions.replaceFile(old.workflow);
    setPanel(undefined);
    toast(`Version ${version} is on the canvas. Save to keep it.`, { action: { label: 'Undo', run: actions.undo } });
  };
  const showPalette = palette ?? wide;
  const paletteCommands = [
    { label: 'Save', icon: <Save aria-hidden />, shortcut: 'Mod+S', run: save },
    { label: 'Run', icon: <Play aria-hidden />, shortcut: 'Mod+Enter', run: ask },
    { label: 'Undo', icon: <Undo2 aria-hidden />, shortcut: 'Mod+Z', run: actions.undo },
    { label: 'Redo', icon: <Redo2 aria-hidden />, shortcut: 'Mod+Shift+Z', run: actions.redo },
    { label: 'Auto layout', icon: <Network aria-hidden />, shortcut: 'L', run: () => void actions.layout() },
    { label: 'JSON view', icon: <Braces aria-hidden />, shortcut: 'J', run: toggleJson },
  ];
  return (
    <EditorContext value={context}>
      <div className="flex h-full flex-col">
        <EditorToolbar
          version={workflow.version}
          publishedVersion={workflow.published_version}
          view={view}
          palette={showPalette && view === 'canvas'}
          saving={commands.save.isPending}
          running={
            commands.run.isPending ||
            (shownRun !== undefined && !isEnded(shownRun.status) && shownRun.status === 'running')
          }
          onView={setView}
          onPalette={() => setPalette(!showPalette)}
          onSave={save}
          onRun={ask}
          onPublish={() => commands.publish.mutate(undefined)}
          onUnpublish={() => commands.unpublish.mutate()}
          onVersions={() => setPanel('versions')}
          onSettings={() => setPanel('settings')}
          onExport={() =>
            downloadText(
              `${state.history.present.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`,
              workflowText(state.history.present),
            )
          }
          onImport={() => void importFile()}
        />
        <div className="flex min-h-0 flex-1">
          {view === 'json' ? (
            <div className="min-w-0 flex-1">
              <JsonView />
            </div>
          ) : (
            <>
              {showPalette && <BlockPalette />}
              <div className="flex min-w-0 flex-1 flex-col">
                <div className="relative min-h-0 flex-1">
                  <EditorContext value={canvasContext}>
                    <ReactFlowProvider>
                      <EditorCanvas onAdd={setAdding} />
                    </ReactFlowProvider>
                  </EditorContext>
                </div>
                {shownRun && (
                  <RunPanel
                    run={shownRun}
                    graph={graph}
                    manifests={manifests}
                    selected={open}
                    onSelect={(node) => actions.select(node === undefined ? [] : [node])}
                    onDecided={() => setRound(round + 1)}
                    onClose={commands.closeRun}
                  />
                )}
              </div>
              {open && <NodeInspector key={open} id={open} />}
            </>
          )}
        </div>
      </div>
      <CommandPalette
        open={adding !== undefined}
        blocks={blocks}
        commands={adding?.from ? [] : paletteCommands}
        onBlock={(block) => {
          if (view === 'json') setView('canvas');
          actions.addBlock(block, adding);
        }}
        onClose={() => setAdding(undefined)}
      />
      {asking && (
        <RunDialog
          file={state.history.present}
          unsaved={unsaved || workflow.id === null}
          busy={commands.run.isPending}
          start={lastInput ?? sampleRun?.input ?? example?.input}
          onClose={() => setAsking(false)}
          onRun={(input) => {
            setLastInput(input);
            setAsking(false);
            setView('canvas');
            commands.run.mutate(input);
          }}
        />
      )}
      {panel === 'versions' && workflow.id !== null && (
        <VersionsDrawer
          workflowId={workflow.id}
          current={workflow.version}
          published={workflow.published_version}
          onRestore={(version) => void restore(version)}
          onPublish={(version) => commands.publish.mutate(version)}
          onClose={() => setPanel(undefined)}
        />
      )}
      {panel === 'settings' && <WorkflowSettings onClose={() => setPanel(undefined)} />}
      <ConflictDialog
        open={commands.conflict}
        onClose={commands.closeConflict}
        onTheirs={() => void commands.takeTheirs()}
        onMine={() => void commands.keepMine()}
      />
      <LeaveDialog
        open={blocker.status === 'blocked'}
        onStay={() => blocker.reset?.()}
        onLeave={() => blocker.proceed?.()}
      />
    </EditorContext>
  );
}
