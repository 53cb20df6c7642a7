import type { WorkflowFile, WorkflowGraph } from '@conv3n/workflow';
import type { Point } from './graph-edit.ts';
import { edgeKeys } from './graph-edit.ts';
import { type GraphPath, graphAt, replaceGraph } from './graph-path.ts';
import { type History, push, redo, startHistory, undo } from './history.ts';
import { noSelection, pruneSelection, type Selection } from './selection.ts';

/** All an editor shows, as one immutable value. */
export interface EditorState {
  readonly history: History<WorkflowFile>;
  /** The saved state the unsaved mark compares with. */
  readonly saved: WorkflowFile;
  /** The open graph. */
  readonly path: GraphPath;
  readonly selection: Selection;
  /** Places of nodes being dragged; they enter the file when the drag ends. */
  readonly dragged: ReadonlyMap<string, Point>;
}

/** An editor that opens a file. */
export function openFile(file: WorkflowFile): EditorState {
  return { history: startHistory(file), saved: file, path: [], selection: noSelection, dragged: new Map() };
}

/** The open graph; the top level when a loop on the way is gone. */
export function openGraph(state: EditorState): WorkflowGraph {
  return graphAt(state.history.present, state.path) ?? state.history.present;
}

/** The file has edits that no saved version holds. */
export function isUnsaved(state: EditorState): boolean {
  if (Object.is(state.history.present, state.saved)) return false;
  return JSON.stringify(state.history.present) !== JSON.stringify(state.saved);
}

/** Keeps path and selection pointing at things that exist. */
function settle(state: EditorState): EditorState {
  let path = state.path;
  while (path.length > 0 && graphAt(state.history.present, path) === undefined) path = path.slice(0, -1);
  const graph = graphAt(state.history.present, path) ?? state.history.present;
  const selection = pruneSelection(state.selection, new Set(Object.keys(graph.nodes)), new Set(edgeKeys(graph)));
  return path === state.path && selection === state.selection ? state : { ...state, path, selection };
}

/** Replaces the whole file as one undoable step. */
export function editFile(state: EditorState, file: WorkflowFile, key?: string): EditorState {
  const history = push(state.history, file, key);
  return history === state.history ? state : settle({ ...state, history, dragged: new Map() });
}

/** Replaces the open graph as one undoable step. */
export function editGraph(state: EditorState, graph: WorkflowGraph, key?: string): EditorState {
  return editFile(state, replaceGraph(state.history.present, state.path, graph), key);
}

/** One step back or forward. */
export function travel(state: EditorState, direction: 'undo' | 'redo'): EditorState {
  const history = direction === 'undo' ? undo(state.history) : redo(state.history);
  return history === state.history ? state : settle({ ...state, history, dragged: new Map() });
}

/** Opens another graph of the file with nothing selected. */
export function openPath(state: EditorState, path: GraphPath): EditorState {
  return settle({ ...state, path, selection: noSelection, dragged: new Map() });
}
