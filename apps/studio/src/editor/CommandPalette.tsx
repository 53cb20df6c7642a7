import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { BlockManifest } from '../api/types.ts';
import { BlockIcon } from '../components/BlockIcon.tsx';
import { classNames } from '../components/class-names.ts';
import { Kbd } from '../components/Kbd.tsx';
import { searchBlocks } from './search-blocks.ts';

/** An action of the palette besides the blocks. */
export interface Command {
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
  readonly run: () => void;
}

interface Entry {
  readonly key: string;
  readonly icon: ReactNode;
  readonly label: string;
  readonly note?: string;
  readonly shortcut?: string | undefined;
  readonly run: () => void;
}

/** Type to find a block or an action; Enter takes it. */
export function CommandPalette(props: {
  readonly open: boolean;
  readonly blocks: readonly BlockManifest[];
  /** Left out where only a block makes sense. */
  readonly commands: readonly Command[];
  readonly onBlock: (block: BlockManifest) => void;
  readonly onClose: () => void;
}) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (props.open) {
      setQuery('');
      setAt(0);
    }
  }, [props.open]);

  const { blocks, commands, onBlock, onClose } = props;
  const entries = useMemo<readonly Entry[]>(() => {
    const take = (run: () => void) => () => {
      onClose();
      run();
    };
    const found = searchBlocks(blocks, query).map((block) => ({
      key: block.type,
      icon: <BlockIcon block={block} size="sm" />,
      label: block.title,
      note: block.description,
      run: take(() => onBlock(block)),
    }));
    const acts = commands
      .filter((command) => query !== '' && command.label.toLowerCase().includes(query.toLowerCase()))
      .map((command) => ({
        key: command.label,
        icon: <span className="grid size-7 place-items-center text-soft [&_svg]:size-4">{command.icon}</span>,
        label: command.label,
        shortcut: command.shortcut,
        run: take(command.run),
      }));
    return [...acts, ...found];
  }, [blocks, commands, query, onBlock, onClose]);

  const move = (by: number) => {
    const next = (at + by + entries.length) % Math.max(entries.length, 1);
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Dialog.Root open={props.open} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45 light:bg-slate-900/20" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed inset-x-0 top-[14vh] z-40 mx-auto w-[520px] max-w-[calc(100vw-32px)] overflow-hidden rounded-xl border border-line-strong bg-panel shadow-float focus:outline-none"
        >
          <Dialog.Title className="sr-only">Add a block or run an action</Dialog.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls="palette-entries"
            aria-activedescendant={entries[at] ? `palette-${at}` : undefined}
            aria-label="Find a block or an action"
            placeholder={commands.length > 0 ? 'Find a block or an action' : 'Find a block'}
            value={query}
            spellCheck={false}
            className="h-12 w-full border-b border-line bg-transparent px-4 text-base text-strong outline-none placeholder:text-faint"
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') move(1);
              else if (event.key === 'ArrowUp') move(-1);
              else if (event.key === 'Enter') entries[at]?.run();
              else return;
              event.preventDefault();
            }}
          />
          <div
            ref={list}
            id="palette-entries"
            role="listbox"
            aria-label="Results"
            className="h-[340px] overflow-y-auto p-1.5"
          >
            {entries.map((entry, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input above owns the keyboard
              // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active option
              <div
                key={entry.key}
                id={`palette-${index}`}
                role="option"
                aria-selected={index === at}
                onMouseMove={() => setAt(index)}
                onClick={entry.run}
                className={classNames('flex h-11 items-center gap-3 rounded-lg px-2', index === at && 'bg-hover')}
              >
                {entry.icon}
                <span className="text-sm font-medium whitespace-nowrap text-strong">{entry.label}</span>
                {entry.note && <span className="truncate text-xs text-faint">{entry.note}</span>}
                {entry.shortcut && (
                  <span className="ml-auto">
                    <Kbd keys={entry.shortcut} />
                  </span>
                )}
              </div>
            ))}
            {entries.length === 0 && (
              <div className="py-12 text-center text-sm text-faint">Nothing matches “{query}”.</div>
            )}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
