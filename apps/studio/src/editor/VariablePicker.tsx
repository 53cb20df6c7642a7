import { X } from 'lucide-react';
import { IconButton } from '../components/Button.tsx';
import { JsonTree } from '../components/JsonTree.tsx';
import { toast } from '../components/toasts.ts';
import type { Variable } from '../engine/variables.ts';
import { insertText } from '../fields/insert-target.ts';
import { schemaShape } from '../fields/suggest-variables.ts';

const groups: readonly (readonly [Variable['group'], string])[] = [
  ['nodes', 'Earlier nodes'],
  ['loop', 'Loop'],
  ['start', 'Start'],
  ['context', 'Context'],
];

function pick(expression: string): void {
  if (!insertText(expression)) toast('Click into a field first, then choose the value to insert.', { tone: 'bad' });
}

function VariableEntry({ variable }: { readonly variable: Variable }) {
  const sample = variable.sample ?? schemaShape(variable.schema);
  const branching = typeof sample === 'object' && sample !== null;
  return (
    <li className="py-1">
      <button
        type="button"
        draggable
        title={`Insert ${variable.expression}`}
        onDragStart={(event) => event.dataTransfer.setData('text/plain', `{{ ${variable.expression} }}`)}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => pick(variable.expression)}
        className="flex w-full items-baseline gap-2 rounded-md px-2 py-1 text-left hover:bg-hover"
      >
        <code className="min-w-0 truncate font-mono text-xs text-accent">{variable.expression}</code>
        <span className="ml-auto truncate text-2xs text-faint">{variable.title}</span>
      </button>
      {branching && (
        <div className="ml-1 border-l border-line pl-1">
          <JsonTree value={sample} root={variable.expression} onPick={pick} depth={1} />
        </div>
      )}
    </li>
  );
}

/** Everything the open node may read, with values of the last execution. Click or drag inserts at the cursor. */
export function VariablePicker({
  variables,
  hasRun,
  onClose,
}: {
  readonly variables: readonly Variable[];
  readonly hasRun: boolean;
  readonly onClose: () => void;
}) {
  return (
    <aside
      aria-label="Variables"
      className="appear absolute inset-y-0 right-full z-10 flex w-[280px] flex-col border-l border-line bg-panel shadow-float"
    >
      <header className="flex h-11 shrink-0 items-center justify-between border-b border-line pr-2 pl-4">
        <h2 className="text-xs font-medium text-strong">Variables</h2>
        <IconButton size="sm" label="Close variables" onClick={onClose}>
          <X aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {!hasRun && (
          <p className="mx-2 mt-3 rounded-md border border-line bg-page px-2.5 py-2 text-xs text-soft">
            Run the workflow once to see real values here.
          </p>
        )}
        {groups.map(([group, title]) => {
          const items = variables.filter((variable) => variable.group === group);
          return (
            items.length > 0 && (
              <section key={group}>
                <h3 className="px-2 pt-3 pb-0.5 text-2xs font-medium text-faint">{title}</h3>
                <ul>
                  {items.map((variable) => (
                    <VariableEntry key={variable.expression} variable={variable} />
                  ))}
                </ul>
              </section>
            )
          );
        })}
      </div>
    </aside>
  );
}
