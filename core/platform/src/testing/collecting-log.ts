import type { Log, LogLevel } from '../ports.ts';

/** One collected line. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines for assertions; logs made by `with` share the same list. */
export interface CollectingLog extends Log {
  readonly lines: LogLine[];
}

/** A log with an empty list of lines. */
export function collectingLog(lines: LogLine[] = [], bound: Readonly<Record<string, unknown>> = {}): CollectingLog {
  return {
    lines,
    write(level, message, fields) {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    },
    with: (fields) => collectingLog(lines, { ...bound, ...fields }),
  };
}
