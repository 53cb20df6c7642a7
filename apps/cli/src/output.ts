import { stripVTControlCharacters, styleText } from 'node:util';

/** Where a command writes: one document as JSON with `--json`, else text for people. Progress and errors go to stderr. */
export interface Output {
  readonly json: boolean;
  /** The result. With `--json` the value, else the text. */
  result(value: unknown, text: () => string): void;
  /** A line of a stream. With `--json` one JSON document a line, else the text. */
  line(value: unknown, text: () => string): void;
  /** A remark for people, on stderr; nothing with `--json`. */
  note(text: string): void;
}

export function createOutput(json: boolean): Output {
  const print = (text: string) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return {
    json,
    result: (value, text) => print(json ? JSON.stringify(value, null, 2) : text()),
    line: (value, text) => print(json ? JSON.stringify(value) : text()),
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
  };
}

type Format = Parameters<typeof styleText>[0];

/** Styled text where stdout is a terminal that wants colour (NO_COLOR and FORCE_COLOR are honoured). */
export function paint(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

const statusFormats: Readonly<Record<string, Format>> = {
  succeeded: 'green',
  failed: 'red',
  timed_out: 'red',
  cancelled: 'yellow',
  in_doubt: 'magenta',
  running: 'cyan',
  waiting: 'blue',
  queued: 'gray',
  skipped: 'gray',
};

/** An execution's or step's status in its colour. */
export function paintStatus(status: string): string {
  return paint(statusFormats[status] ?? 'reset', status);
}

/** Rows under headings, columns as wide as their widest cell; the sentence instead when there are none. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], empty: string): string {
  if (rows.length === 0) return empty;
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === cells.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell) + 2),
      )
      .join('')
      .trimEnd();
  return [line(headings.map((heading) => paint('dim', heading))), ...rows.map(line)].join('\n');
}

/** JSON for people: indented, cut after `limit` characters. */
export function pretty(value: unknown, limit = 2000): string {
  const text = JSON.stringify(value, null, 2) ?? 'undefined';
  return text.length > limit
    ? `${text.slice(0, limit)}\n… ${text.length - limit} more characters (use --json for all)`
    : text;
}

/** Milliseconds as people read them: `12 ms`, `1.24 s`, `3 m 4 s`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} m ${Math.round((ms % 60_000) / 1000)} s`;
}

/** An RFC 3339 time in local form, to the second. */
export function localTime(time: string | null | undefined): string {
  if (!time) return '';
  const at = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
