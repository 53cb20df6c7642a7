import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A table in a frame; `columns` are header words, empty for actions. */
export function Table(props: {
  readonly label: string;
  readonly columns: readonly string[];
  readonly children: ReactNode;
}) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel">
      <table aria-label={props.label} className="w-full border-collapse text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-soft">
            {props.columns.map((column, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <th key={index} scope="col" className="h-9 px-4 font-medium whitespace-nowrap max-xl:px-3">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{props.children}</tbody>
      </table>
    </div>
  );
}

/** A row; with `onOpen` the whole row can be clicked. */
export function Row({
  onOpen,
  children,
  className,
}: {
  readonly onOpen?: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <tr
      onClick={onOpen}
      className={classNames('group transition-colors', onOpen && 'cursor-pointer hover:bg-hover/55', className)}
    >
      {children}
    </tr>
  );
}

/** A cell. */
export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td className={classNames('h-12 px-4 py-1.5 align-middle max-xl:px-3', className)} {...rest} />;
}

/** Rows in the shape of what is being loaded. */
export function LoadingRows({ columns, rows = 5 }: { readonly columns: number; readonly rows?: number }) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={row}>
      {Array.from({ length: columns }, (_, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <td key={column} className="h-12 px-4">
          <div
            className="skeleton h-3"
            style={{ width: `${column === 0 ? 55 : 35 + ((row * 7 + column * 13) % 30)}%` }}
          />
        </td>
      ))}
    </tr>
  ));
}
