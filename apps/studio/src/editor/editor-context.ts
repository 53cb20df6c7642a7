import type { BlockManifest } from '@conv3n/workflow';
import { createContext, use, useSyncExternalStore } from 'react';
import type { EditorState } from '../engine/editor-state.ts';
import type { EditorStore } from '../engine/editor-store.ts';
import type { PlacedProblem } from '../engine/problems.ts';
import type { RunState } from '../engine/run-state.ts';
import type { EditorActions } from './editor-actions.ts';

/** What every part of the open editor shares. */
export interface EditorContextValue {
  readonly store: EditorStore;
  readonly actions: EditorActions;
  readonly manifests: ReadonlyMap<string, BlockManifest>;
  readonly problems: readonly PlacedProblem[];
  /** The last execution seen here: live, or the workflow's latest. */
  readonly run: RunState | undefined;
}

/** Set by the workflow page. */
export const EditorContext = createContext<EditorContextValue | null>(null);

/** @throws Error outside the editor */
export function useEditor(): EditorContextValue {
  const value = use(EditorContext);
  if (value === null) throw new Error('This part stands only in the editor.');
  return value;
}

/** The editor's state, renewed on every change. */
export function useEditorState(): EditorState {
  const { store } = useEditor();
  return useSyncExternalStore(store.subscribe, store.get);
}
