import type { WorkflowFile } from '@conv3n/workflow';
import { type EditorState, openFile } from './editor-state.ts';

/** Holds the editor's state and tells listeners when it changes; the view subscribes with `useSyncExternalStore`. */
export interface EditorStore {
  get(): EditorState;
  set(change: (state: EditorState) => EditorState): void;
  /** @returns a disposer */
  subscribe(listener: () => void): () => void;
}

/** A store that opens a file. */
export function createEditorStore(file: WorkflowFile): EditorStore {
  let state = openFile(file);
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      const next = change(state);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
