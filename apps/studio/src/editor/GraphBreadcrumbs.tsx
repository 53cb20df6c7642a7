import { ChevronRight } from 'lucide-react';
import { useEditor, useEditorState } from './editor-context.ts';

/** The way from the workflow into the open loop body, and back. */
export function GraphBreadcrumbs() {
  const { actions } = useEditor();
  const { path, history } = useEditorState();
  const steps = [history.present.name, ...path];
  return (
    <nav
      aria-label="Open graph"
      className="flex items-center gap-1 rounded-lg border border-line bg-panel px-2 py-1 text-xs shadow-float"
    >
      {steps.map((name, index) => (
        <span key={steps.slice(0, index + 1).join('/')} className="flex items-center gap-1">
          {index > 0 && <ChevronRight className="size-3 text-faint" aria-hidden />}
          {index === steps.length - 1 ? (
            <span className="px-1 font-medium text-strong" aria-current="location">
              {name}
            </span>
          ) : (
            <button
              type="button"
              className="rounded px-1 text-soft hover:text-strong"
              onClick={() => actions.openPath(path.slice(0, index))}
            >
              {name}
            </button>
          )}
        </span>
      ))}
      <span className="ml-1 text-faint">runs once per item</span>
    </nav>
  );
}
