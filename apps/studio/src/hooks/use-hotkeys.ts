import { useEffect, useRef } from 'react';

/** Actions by keys, written like `mod+shift+z`, `delete`, `?`; `mod` is Command or Ctrl. */
export type Hotkeys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, .monaco-editor, [role="dialog"], [role="menu"], [role="listbox"]') !==
        null)
  );
}

function keysOf(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey ? 'mod+' : '';
  const letter = event.key.toLowerCase();
  const shift = event.shiftKey && (mod !== '' || letter.length > 1) ? 'shift+' : '';
  return `${mod}${shift}${letter}`;
}

/** Listens on the window. Bare keys are ignored while typing; with `mod` they always work, except editing keys inside text. */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  latest.current = hotkeys;
  useEffect(() => {
    const editing = new Set(['mod+z', 'mod+shift+z', 'mod+y', 'mod+c', 'mod+v', 'mod+x', 'mod+a', 'mod+d']);
    const onKey = (event: KeyboardEvent) => {
      const keys = keysOf(event);
      const action = latest.current[keys];
      if (action === undefined || event.defaultPrevented) return;
      if (typing(event.target) && (!keys.startsWith('mod+') || editing.has(keys))) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
