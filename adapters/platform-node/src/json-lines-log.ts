import { type Clock, isConv3nError, type Log, type LogLevel } from '@conv3n/platform';
import { nodeClock } from './clock.ts';

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const secretName = /passw(or)?d|secret|token|authorization|cookie|api[-_]?key|private[-_]?key|credential/i;
const longestString = 8_192;

export interface JsonLinesLogOptions {
  /** Lines below it are dropped. @default 'info' */
  readonly level?: LogLevel;
  /** Takes one line with its line end. @default process.stderr, so that stdout carries only answers */
  readonly write?: (line: string) => void;
  readonly clock?: Pick<Clock, 'now'>;
}

type Fields = Readonly<Record<string, unknown>>;

/** What `JSON.stringify` cannot or must not print: secrets by field name, errors, big integers, huge strings. */
function printable(key: string, value: unknown): unknown {
  if (key !== '' && secretName.test(key) && value !== undefined && value !== null) return '[redacted]';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' && value.length > longestString) return `${value.slice(0, longestString)}...`;
  if (isConv3nError(value)) return { ...value.toDetail(), stack: value.stack, cause: value.cause };
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
  return value;
}

function render(line: Fields): string {
  try {
    return JSON.stringify(line, printable);
  } catch (cause) {
    const { time, level, message } = line;
    return JSON.stringify({ time, level, message, log_error: `The fields cannot be printed: ${String(cause)}` });
  }
}

/**
 * Writes one JSON object per line: `time` (RFC 3339), `level`, `message`, then the fields.
 * Fields named like a secret are masked; a field that cannot be printed never breaks the caller.
 */
export function jsonLinesLog(options: JsonLinesLogOptions = {}): Log {
  const { level: lowest = 'info', clock = nodeClock } = options;
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const make = (bound: Fields): Log => ({
    write(level, message, fields) {
      if (rank[level] < rank[lowest]) return;
      const head = { time: new Date(clock.now()).toISOString(), level, message };
      write(`${render({ ...bound, ...fields, ...head })}\n`);
    },
    with: (fields) => make({ ...bound, ...fields }),
  });
  return make({});
}
