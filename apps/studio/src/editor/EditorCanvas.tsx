import { type Connection, type NodeChange, type OnConnectEnd, Panel, useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { BlockManifest } from '../api/types.ts';
import { openGraph } from '../engine/editor-state.ts';
import type { Point } from '../engine/graph-edit.ts';
import { nodeWidth } from '../engine/placement.ts';
import { blockDragType } from './BlockPalette.tsx';
import { type BlockFlowNode, blockData, cardPlaces, flowEdges, flowNodes } from './canvas-model.ts';
import { EditorEmpty } from './EditorEmpty.tsx';
import type { Destination } from './editor-actions.ts';
import { useEditor, useEditorState } from './editor-context.ts';
import { GraphBreadcrumbs } from './GraphBreadcrumbs.tsx';
import { GraphCanvas } from './GraphCanvas.tsx';
import { useFitOnRun, useRevealSelected } from './use-view-moves.ts';

/** The canvas bound to the editor: drag, connect, select, drop blocks. */
export function EditorCanvas({ onAdd }: { readonly onAdd: (destination: Destination) => void }) {
  const { actions, manifests, problems, run } = useEditor();
  const state = useEditorState();
  const flow = useReactFlow();
  const wrapper = useRef<HTMLDivElement>(null);
  const graph = openGraph(state);
  const here = useMemo(
    () => problems.filter((problem) => problem.graph.join('.') === state.path.join('.')),
    [problems, state.path],
  );
  const source = useMemo(
    () => ({ graph, manifests, run, problems: here, readOnly: false }),
    [graph, manifests, run, here],
  );
  const data = useMemo(() => blockData(source), [source]);
  const places = useMemo(() => cardPlaces(graph, data), [graph, data]);
  const nodes = useMemo(
    () => flowNodes(data, places, state.dragged, state.selection),
    [data, places, state.dragged, state.selection],
  );
  const edges = useMemo(() => flowEdges(source, data, state.selection), [source, data, state.selection]);
  const context = useMemo(
    () => ({ graph, isTrigger: actions.isTrigger, onOpenBody: actions.openBody }),
    [graph, actions],
  );

  const pathKey = state.path.join('.');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view follows the opened graph
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView({ padding: 0.18, maxZoom: 1 }));
    return () => cancelAnimationFrame(frame);
  }, [pathKey]);

  useRevealSelected(wrapper, state.selection.nodes, places);
  useFitOnRun(run?.id);

  const onNodesChange = useCallback(
    (changes: NodeChange<BlockFlowNode>[]) => {
      const moved = new Map<string, Point>();
      const selected: [string, boolean][] = [];
      let ended = false;
      for (const change of changes) {
        if (change.type === 'select') selected.push([change.id, change.selected]);
        if (change.type !== 'position') continue;
        if (change.position) moved.set(change.id, change.position);
        if (change.dragging === false) ended = true;
      }
      if (selected.length > 0) actions.changeSelection({ nodes: selected });
      if (moved.size > 0) actions.drag(moved);
      if (ended) actions.drop();
    },
    [actions],
  );

  const onConnectEnd: OnConnectEnd = (event, connection) => {
    if (connection.toNode !== null || connection.fromHandle?.type !== 'source' || connection.fromNode === null) return;
    const point = 'changedTouches' in event ? event.changedTouches[0] : event;
    if (point === undefined) return;
    const at = flow.screenToFlowPosition({ x: point.clientX, y: point.clientY });
    onAdd({
      at: { x: at.x, y: at.y - 30 },
      from: { node: connection.fromNode.id, port: connection.fromHandle.id ?? 'default' },
    });
  };

  const drop = (event: React.DragEvent) => {
    const block: BlockManifest | undefined = manifests.get(event.dataTransfer.getData(blockDragType));
    if (block === undefined) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    actions.addBlock(block, { at: { x: at.x - nodeWidth / 2, y: at.y - 30 } });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping blocks is a second way; the palette adds by keyboard
    <div
      ref={wrapper}
      className="h-full w-full"
      onDrop={drop}
      onDragOver={(event) => event.dataTransfer.types.includes(blockDragType) && event.preventDefault()}
    >
      <GraphCanvas
        label="Workflow graph"
        context={context}
        nodes={nodes}
        edges={edges}
        minimap={nodes.length > 12}
        connectionRadius={36}
        onLayout={() => void actions.layout()}
        onNodesChange={onNodesChange}
        onEdgesChange={(changes) => {
          const selected = changes.flatMap((change) =>
            change.type === 'select' ? [[change.id, change.selected] as const] : [],
          );
          if (selected.length > 0) actions.changeSelection({ edges: selected });
        }}
        onConnect={(connection: Connection) => actions.connect(connection)}
        onConnectEnd={onConnectEnd}
        isValidConnection={(connection) => actions.connectProblem(connection) === undefined}
        onNodeDoubleClick={(_event, node) => actions.openBody(node.id)}
        overlay={
          <>
            {state.path.length > 0 && (
              <Panel position="top-left">
                <GraphBreadcrumbs />
              </Panel>
            )}
            {nodes.length === 0 && <EditorEmpty onAdd={() => onAdd({})} />}
          </>
        }
      />
    </div>
  );
}
