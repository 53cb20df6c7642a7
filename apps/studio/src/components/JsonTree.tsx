import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { pathExpression } from '../engine/expression-path.ts';
import { CopyButton } from './CopyButton.tsx';
import { classNames } from './class-names.ts';
import { bytesText } from './moments.ts';

/** Children shown at once, and characters of a string; more on demand, so any size stays usable. */
const pageSize = 100;
const textLimit = 400;

type Path = readonly (string | number)[];

interface TreeProps {
  readonly value: unknown;
  /** Expression of the whole value, such as `$node.total.data`; makes paths copyable and draggable. */
  readonly root?: string | undefined;
  /** Called with an expression when a path is chosen. */
  readonly onPick?: ((expression: string) => void) | undefined;
  /** Levels open at first. @default 2 */
  readonly depth?: number;
}

function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] | undefined {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
  if (typeof value === 'object' && value !== null) return Object.entries(value);
  return undefined;
}

function Leaf({ value }: { readonly value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value === 'string') {
    const cut = !whole && value.length > textLimit;
    return (
      <span className="break-words whitespace-pre-wrap text-ok">
        {JSON.stringify(cut ? value.slice(0, textLimit) : value)}
        {cut && (
          <button type="button" className="ml-1 text-accent hover:underline" onClick={() => setWhole(true)}>
            {value.length - textLimit} more characters
          </button>
        )}
      </span>
    );
  }
  if (value === null || value === undefined) return <span className="text-faint">{String(value)}</span>;
  return <span className={typeof value === 'number' ? 'text-run' : 'text-warn'}>{String(value)}</span>;
}

function summary(value: unknown, count: number): string {
  if (Array.isArray(value)) return `[${count}]`;
  return count === 0 ? '{}' : `{${count}}`;
}

function Branch(props: TreeProps & { readonly name?: string | number; readonly path: Path; readonly level: number }) {
  const { value, name, path, level, root, onPick, depth = 2 } = props;
  const entries = entriesOf(value);
  const [open, setOpen] = useState(level < depth);
  const [shown, setShown] = useState(pageSize);
  const blob =
    entries !== undefined && typeof value === 'object' && value !== null && '$blob' in value ? value : undefined;
  const expression = root === undefined ? undefined : pathExpression(root, path);
  const branching = entries !== undefined && entries.length > 0 && blob === undefined;
  return (
    <li>
      <div
        className="group relative flex items-start gap-1 rounded pr-1 hover:bg-hover/70"
        style={{ paddingLeft: level * 14 }}
      >
        <button
          type="button"
          aria-label={open ? 'Fold' : 'Unfold'}
          aria-expanded={open}
          className={classNames('mt-0.5 grid size-4 shrink-0 place-items-center text-faint', !branching && 'invisible')}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight className={classNames('size-3 transition-transform', open && 'rotate-90')} aria-hidden />
        </button>
        <div className="min-w-0 flex-1 leading-5">
          {name !== undefined &&
            (expression !== undefined && onPick !== undefined ? (
              <button
                type="button"
                draggable
                title={`Insert ${expression}`}
                className="rounded text-strong hover:text-accent"
                onDragStart={(event) => event.dataTransfer.setData('text/plain', `{{ ${expression} }}`)}
                onClick={() => onPick(expression)}
              >
                {name}
              </button>
            ) : (
              <span className={typeof name === 'number' ? 'text-faint' : 'text-strong'}>{name}</span>
            ))}
          {name !== undefined && <span className="text-faint">: </span>}
          {blob !== undefined ? (
            <span className="text-soft">
              stored apart, {bytesText(Number((blob as { bytes?: number }).bytes ?? 0))}
            </span>
          ) : entries === undefined ? (
            <Leaf value={value} />
          ) : (
            <button
              type="button"
              className="text-faint hover:text-soft"
              onClick={() => setOpen(!open)}
              disabled={!branching}
            >
              {summary(value, entries.length)}
            </button>
          )}
        </div>
        <span className="absolute top-0 right-0.5 flex rounded bg-hover opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
          {expression !== undefined && (
            <CopyButton text={expression} label={`Copy path ${expression}`} className="size-5!" />
          )}
          <CopyButton
            text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
            label="Copy value"
            className="size-5!"
          />
        </span>
      </div>
      {open && branching && (
        <ul>
          {entries.slice(0, shown).map(([key, item]) => (
            <Branch key={key} {...props} name={key} value={item} path={[...path, key]} level={level + 1} />
          ))}
          {entries.length > shown && (
            <li style={{ paddingLeft: (level + 1) * 14 + 20 }}>
              <button
                type="button"
                className="text-accent hover:underline"
                onClick={() => setShown(shown + pageSize * 5)}
              >
                Show more of {entries.length - shown}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

/** JSON as a tree that stays fast for big values. */
export function JsonTree(props: TreeProps) {
  return (
    <ul className="font-mono text-xs">
      <Branch {...props} path={[]} level={0} />
    </ul>
  );
}
