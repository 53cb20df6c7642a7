import { useEffect } from 'react';
import { parseFragment } from '../engine/clipboard.ts';
import type { EditorStore } from '../engine/editor-store.ts';
import { useHotkeys } from '../hooks/use-hotkeys.ts';
import type { EditorActions } from './editor-actions.ts';

interface EditorHotkeys {
  readonly store: EditorStore;
  readonly actions: EditorActions;
  readonly enabled: boolean;
  readonly onPalette: () => void;
  readonly onSave: () => void;
  readonly onRun: () => void;
  readonly onToggleJson: () => void;
}

function inText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, .monaco-editor, [role="dialog"], [contenteditable="true"]') !== null
  );
}

/** Copy and paste through the system clipboard, so nodes travel between tabs and into text. */
function useNodeClipboard(actions: EditorActions, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return;
    const copy = (event: ClipboardEvent) => {
      if (inText(event.target) || (window.getSelection()?.toString() ?? '') !== '') return;
      const fragment = actions.copySelected();
      if (fragment === undefined) return;
      event.clipboardData?.setData('text/plain', JSON.stringify(fragment, null, 2));
      event.preventDefault();
      if (event.type === 'cut') actions.removeSelected();
    };
    const paste = (event: ClipboardEvent) => {
      if (inText(event.target)) return;
      const fragment = parseFragment(event.clipboardData?.getData('text/plain') ?? '');
      if (fragment === undefined) return;
      event.preventDefault();
      actions.paste(fragment);
    };
    document.addEventListener('copy', copy);
    document.addEventListener('cut', copy);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('copy', copy);
      document.removeEventListener('cut', copy);
      document.removeEventListener('paste', paste);
    };
  }, [actions, enabled]);
}

/** The editor's keyboard. */
export function useEditorHotkeys(keys: EditorHotkeys): void {
  const { actions, enabled, store } = keys;
  useNodeClipboard(actions, enabled);
  const onCanvas = (run: () => void) => () => enabled && run();
  const nudge = (x: number, y: number) => (event: KeyboardEvent) =>
    enabled && actions.nudge({ x: x * (event.shiftKey ? 50 : 10), y: y * (event.shiftKey ? 50 : 10) });
  useHotkeys({
    'mod+k': keys.onPalette,
    '/': keys.onPalette,
    'mod+s': keys.onSave,
    'mod+enter': keys.onRun,
    'mod+z': actions.undo,
    'mod+shift+z': actions.redo,
    'mod+y': actions.redo,
    'mod+a': onCanvas(actions.selectAll),
    'mod+d': onCanvas(() => {
      const fragment = actions.copySelected();
      if (fragment) actions.paste(fragment);
    }),
    delete: onCanvas(actions.removeSelected),
    backspace: onCanvas(actions.removeSelected),
    escape: onCanvas(() => {
      const { selection, path } = store.get();
      if (selection.nodes.size + selection.edges.size > 0) actions.clearSelection();
      else if (path.length > 0) actions.openPath(path.slice(0, -1));
    }),
    l: onCanvas(() => void actions.layout()),
    j: keys.onToggleJson,
    arrowleft: nudge(-1, 0),
    arrowright: nudge(1, 0),
    arrowup: nudge(0, -1),
    arrowdown: nudge(0, 1),
    'shift+arrowleft': nudge(-1, 0),
    'shift+arrowright': nudge(1, 0),
    'shift+arrowup': nudge(0, -1),
    'shift+arrowdown': nudge(0, 1),
    enter: onCanvas(() => {
      const [only, ...rest] = store.get().selection.nodes;
      if (only && rest.length === 0) actions.openBody(only);
    }),
  });
}
