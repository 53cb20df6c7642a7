import { type Format, paint, printable } from './style.ts';

/** Text, or text in a colour. */
export type Cell = string | { readonly text: string; readonly format: Format };

/** Rows under headings, columns as wide as their widest cell; the sentence instead when there are none. */
export function table(headings: readonly string[], rows: readonly (readonly Cell[])[], empty: string): string {
  if (rows.length === 0) return empty;
  const texts = rows.map((row) => row.map((cell) => oneLine(typeof cell === 'string' ? cell : cell.text)));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...texts.map((row) => (row[column] ?? '').length)),
  );
  const last = headings.length - 1;
  const line = (columns: readonly string[], format: (column: number) => Format | undefined) =>
    columns
      .map((text, column) => {
        const wanted = text === '' ? undefined : format(column);
        const shown = wanted === undefined ? text : paint(wanted, text);
        return column === last ? shown : shown + ' '.repeat((widths[column] ?? 0) - text.length + 2);
      })
      .join('')
      .trimEnd();
  return [
    line(headings, () => 'dim'),
    ...texts.map((row, index) =>
      line(row, (column) => {
        const cell = rows[index]?.[column];
        return typeof cell === 'object' ? cell.format : undefined;
      }),
    ),
  ].join('\n');
}

function oneLine(text: string): string {
  return printable(text).replace(/\s*\n\s*/g, ' ');
}
