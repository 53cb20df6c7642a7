import type { BlockManifest, WorkflowGraph } from '@conv3n/workflow';
import { Panel } from '@xyflow/react';
import { ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import { blockData, cardPlaces, flowEdges, flowNodes } from '../editor/canvas-model.ts';
import { GraphCanvas } from '../editor/GraphCanvas.tsx';
import { bodyOf, type GraphPath } from '../engine/graph-path.ts';
import type { RunState } from '../engine/run-state.ts';
import { noSelection, selectNodes } from '../engine/selection.ts';

const noPlaces = new Map<string, { x: number; y: number }>();

/** The definition an execution is pinned to, with its statuses; nothing can be moved. */
export function ExecutionCanvas(props: {
  readonly name: string;
  readonly graph: WorkflowGraph;
  readonly path: GraphPath;
  readonly manifests: ReadonlyMap<string, BlockManifest>;
  readonly run: RunState;
  readonly selected: string | undefined;
  readonly onSelect: (node: string | undefined) => void;
  readonly onPath: (path: GraphPath) => void;
}) {
  const { graph, manifests, run, path, selected, onSelect, onPath } = props;
  const source = useMemo(() => ({ graph, manifests, run, problems: [], readOnly: true }), [graph, manifests, run]);
  const data = useMemo(() => blockData(source), [source]);
  const places = useMemo(() => cardPlaces(graph, data), [graph, data]);
  const selection = useMemo(() => (selected === undefined ? noSelection : selectNodes([selected])), [selected]);
  const nodes = useMemo(() => flowNodes(data, places, noPlaces, selection), [data, places, selection]);
  const edges = useMemo(() => flowEdges(source, data, noSelection), [source, data]);
  const openBody = (id: string) => bodyOf(graph.nodes[id]) && onPath([...path, id]);
  const context = { graph, isTrigger: () => false, onOpenBody: openBody };
  return (
    <GraphCanvas
      label="Execution graph"
      context={context}
      nodes={nodes}
      edges={edges}
      minimap={nodes.length > 12}
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      onNodeClick={(_event, node) => onSelect(node.id)}
      onNodeDoubleClick={(_event, node) => openBody(node.id)}
      onPaneClick={() => onSelect(undefined)}
      overlay={
        path.length > 0 && (
          <Panel position="top-left">
            <nav
              aria-label="Open graph"
              className="flex items-center gap-1 rounded-lg border border-line bg-panel px-2 py-1 text-xs shadow-float"
            >
              {[props.name, ...path].map((step, index) => (
                <span key={[props.name, ...path].slice(0, index + 1).join('/')} className="flex items-center gap-1">
                  {index > 0 && <ChevronRight className="size-3 text-faint" aria-hidden />}
                  <button
                    type="button"
                    disabled={index === path.length}
                    className="rounded px-1 text-soft hover:text-strong disabled:font-medium disabled:text-strong"
                    onClick={() => onPath(path.slice(0, index))}
                  >
                    {step}
                  </button>
                </span>
              ))}
            </nav>
          </Panel>
        )
      }
    />
  );
}
