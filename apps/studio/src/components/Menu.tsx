import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './Kbd.tsx';

/** One entry of a menu; `'line'` separates. */
export type MenuEntry =
  | 'line'
  | {
      readonly label: string;
      readonly icon?: ReactNode;
      readonly shortcut?: string;
      readonly danger?: boolean;
      readonly disabled?: boolean;
      readonly onSelect: () => void;
    };

/** A menu opened by its trigger. */
export function Menu(props: {
  readonly trigger: ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'end';
}) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{props.trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={props.align ?? 'end'}
          sideOffset={4}
          collisionPadding={8}
          className="appear z-50 min-w-48 rounded-lg border border-line-strong bg-raised p-1 shadow-float"
          onClick={(event) => event.stopPropagation()}
        >
          {props.entries.map((entry, index) =>
            entry === 'line' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: separators have no other identity
              <DropdownMenu.Separator key={index} className="mx-1 my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={entry.label}
                disabled={entry.disabled ?? false}
                onSelect={entry.onSelect}
                className={classNames(
                  'flex h-8 items-center gap-2.5 rounded-md px-2 text-sm outline-none select-none data-disabled:opacity-40 data-highlighted:bg-hover [&_svg]:size-3.5',
                  entry.danger ? 'text-bad' : 'text-body data-highlighted:text-strong [&_svg]:text-soft',
                )}
              >
                {entry.icon}
                <span className="max-w-96 flex-1 truncate">{entry.label}</span>
                {entry.shortcut && <Kbd keys={entry.shortcut} />}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
