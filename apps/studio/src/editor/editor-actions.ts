import type { BlockManifest, WorkflowFile, WorkflowGraph } from '@conv3n/workflow';
import { copyNodes, type Fragment, pasteFragment } from '../engine/clipboard.ts';
import { codeStarter } from '../engine/code-starter.ts';
import { connectProblem, type NewEdge } from '../engine/connect.ts';
import { type EditorState, editFile, editGraph, openGraph, openPath, travel } from '../engine/editor-state.ts';
import type { EditorStore } from '../engine/editor-store.ts';
import { addNode, connect, edgeKeys, moveTo, type Point, remove, setConfig, updateNode } from '../engine/graph-edit.ts';
import { bodyOf, type GraphPath, takenIds } from '../engine/graph-path.ts';
import { layoutGraph } from '../engine/layout.ts';
import { freeNodeId } from '../engine/node-id.ts';
import { columnGap, nodeHeight, nodeWidth, placeNodes, rowGap } from '../engine/placement.ts';
import { defaultPort, outputPorts } from '../engine/ports.ts';
import { renameNode } from '../engine/rename.ts';
import { changeSelection, selectNodes } from '../engine/selection.ts';

type Manifests = () => ReadonlyMap<string, BlockManifest>;

/** Where a new node goes: a place, or behind a port. Without either, next to the selection. */
export interface Destination {
  readonly at?: Point;
  readonly from?: { readonly node: string; readonly port: string };
}

/** Everything a person can do to the open workflow; each call is one undo step. */
export function createEditorActions(store: EditorStore, manifests: Manifests) {
  const graph = () => openGraph(store.get());
  const heightIn = (g: WorkflowGraph) => (id: string) => {
    const node = g.nodes[id];
    return nodeHeight(node ? outputPorts(node, manifests().get(node.type)).length : 1);
  };
  const places = (g: WorkflowGraph) => placeNodes(g, heightIn(g));
  /** Keeps every card where it is seen, so that a change to one does not move others that have no place in the file. */
  const pinned = (g: WorkflowGraph) =>
    Object.values(g.nodes).every((node) => node.position) ? g : moveTo(g, places(g));
  const isTrigger = (type: string) => manifests().get(type)?.category === 'trigger';
  const edit = (change: (g: WorkflowGraph, state: EditorState) => WorkflowGraph, key?: string) =>
    store.set((state) => editGraph(state, change(openGraph(state), state), key));
  const select = (ids: Iterable<string>) => store.set((state) => ({ ...state, selection: selectNodes(ids) }));

  function freePlace(g: WorkflowGraph, start: Point): Point {
    const taken = [...places(g).values()];
    let { x, y } = start;
    while (taken.some((point) => Math.abs(point.x - x) < nodeWidth && Math.abs(point.y - y) < 60 + rowGap / 2))
      y += 60 + rowGap;
    return { x: Math.round(x), y: Math.round(y) };
  }

  function addBlock(block: BlockManifest, destination: Destination = {}): string {
    const state = store.get();
    const g = pinned(graph());
    const id = freeNodeId(block.type, takenIds(state.history.present));
    const [anchor] = [...state.selection.nodes];
    const anchorNode = anchor === undefined ? undefined : g.nodes[anchor];
    let from = destination.from;
    if (!from && !destination.at && anchor && anchorNode && block.category !== 'trigger') {
      const ports = outputPorts(anchorNode, manifests().get(anchorNode.type));
      const free = ports.find(
        (port) => !g.edges.some((edge) => edge.source === anchor && (edge.sourceHandle ?? defaultPort) === port),
      );
      from = { node: anchor, port: free ?? ports[0] ?? defaultPort };
    }
    const positions = places(g);
    const base = from ? positions.get(from.node) : undefined;
    const last = [...positions.values()].reduce<Point | undefined>(
      (far, point) => (!far || point.x > far.x ? point : far),
      undefined,
    );
    const start =
      destination.at ??
      (base
        ? { x: base.x + nodeWidth + columnGap, y: base.y }
        : last
          ? { x: last.x, y: last.y + 60 + rowGap }
          : { x: 0, y: 0 });
    const edge = from ? { source: from.node, sourceHandle: from.port, target: id } : undefined;
    const node = { type: block.type, config: starterConfig(block), position: freePlace(g, start) };
    store.set((current) => ({
      ...editGraph(current, addNode(g, id, node, block.category === 'trigger' ? undefined : edge)),
      selection: selectNodes([id]),
    }));
    return id;
  }

  return {
    addBlock,
    isTrigger,
    places,
    connectProblem: (edge: NewEdge) => connectProblem(graph(), edge, isTrigger),
    connect(edge: NewEdge) {
      if (connectProblem(graph(), edge, isTrigger) === undefined) edit((g) => connect(pinned(g), edge));
    },
    removeSelected: () =>
      edit((g, state) =>
        state.selection.nodes.size + state.selection.edges.size === 0
          ? g
          : remove(pinned(g), state.selection.nodes, state.selection.edges),
      ),
    /** Shows nodes at places without changing the file, while they are dragged. */
    drag: (moved: ReadonlyMap<string, Point>) =>
      store.set((state) => ({ ...state, dragged: new Map([...state.dragged, ...moved]) })),
    drop: () =>
      store.set((state) =>
        state.dragged.size === 0 ? state : editGraph(state, moveTo(pinned(openGraph(state)), state.dragged)),
      ),
    nudge(by: Point) {
      const { selection } = store.get();
      if (selection.nodes.size === 0) return;
      const now = places(graph());
      const moved = [...selection.nodes].map(
        (id) => [id, { x: (now.get(id)?.x ?? 0) + by.x, y: (now.get(id)?.y ?? 0) + by.y }] as const,
      );
      edit((g) => moveTo(pinned(g), new Map(moved)), 'nudge');
    },
    async layout() {
      const { default: Elk } = await import('elkjs/lib/elk-api.js');
      const { default: ElkWorker } = await import('elkjs/lib/elk-worker.min.js?worker');
      const elk = new Elk({ workerFactory: () => new ElkWorker() });
      const g = graph();
      try {
        const portsOf = (id: string) =>
          outputPorts(g.nodes[id] ?? { type: '' }, manifests().get(g.nodes[id]?.type ?? ''));
        const computed = await layoutGraph(elk, g, portsOf, heightIn(g));
        edit((current) => moveTo(current, computed));
      } finally {
        elk.terminateWorker();
      }
    },
    undo: () => store.set((state) => travel(state, 'undo')),
    redo: () => store.set((state) => travel(state, 'redo')),
    select,
    selectAll: () => select(Object.keys(graph().nodes)),
    clearSelection: () => select([]),
    changeSelection: (changes: Parameters<typeof changeSelection>[1]) =>
      store.set((state) => {
        const selection = changeSelection(state.selection, changes);
        return selection === state.selection ? state : { ...state, selection };
      }),
    selectEdge: (key: string) =>
      store.set((state) => ({ ...state, selection: { nodes: new Set(), edges: new Set([key]) } })),
    edgeKeys: () => edgeKeys(graph()),
    openPath: (path: GraphPath) => store.set((state) => openPath(state, path)),
    openBody(id: string) {
      if (bodyOf(graph().nodes[id])) store.set((state) => openPath(state, [...state.path, id]));
    },
    copySelected: (): Fragment | undefined => {
      const { selection } = store.get();
      return selection.nodes.size === 0 ? undefined : copyNodes(graph(), selection.nodes, places(graph()));
    },
    paste(fragment: Fragment) {
      store.set((state) => {
        const result = pasteFragment(pinned(openGraph(state)), fragment, takenIds(state.history.present), {
          x: 40,
          y: 40,
        });
        return { ...editGraph(state, result.graph), selection: selectNodes(result.ids) };
      });
    },
    setConfig: (id: string, field: string, value: unknown) =>
      edit((g) => setConfig(g, id, field, value), `config ${id} ${field}`),
    setNode: (id: string, patch: Parameters<typeof updateNode>[2]) =>
      edit((g) => updateNode(g, id, patch), `node ${id} ${Object.keys(patch).join()}`),
    rename(from: string, to: string) {
      store.set((state) => ({
        ...editFile(state, renameNode(state.history.present, from, to)),
        selection: selectNodes([to]),
      }));
    },
    setFile: (change: Partial<WorkflowFile>, key?: string) =>
      store.set((state) => {
        const entries = Object.entries({ ...state.history.present, ...change }).filter(
          ([, value]) => value !== undefined,
        );
        return editFile(state, Object.fromEntries(entries) as unknown as WorkflowFile, key);
      }),
    replaceFile: (file: WorkflowFile, key?: string) => store.set((state) => editFile(state, file, key)),
    markSaved: (file: WorkflowFile) => store.set((state) => ({ ...state, saved: file })),
  };
}

/** What a new node starts with: the defaults its required fields declare, so that a fresh node is as short as possible. */
function starterConfig(block: BlockManifest): WorkflowFile['nodes'][string]['config'] & {} {
  if (block.control === 'loop') return { items: '', body: { nodes: {}, edges: [] } };
  if (block.category === 'code') return { code: codeStarter };
  const example = block.example ?? {};
  const required = new Set((block.config['required'] ?? []) as string[]);
  return Object.fromEntries(
    Object.entries(example).filter(([key, value]) => required.has(key) && typeof value !== 'object'),
  );
}

/** See {@link createEditorActions}. */
export type EditorActions = ReturnType<typeof createEditorActions>;
