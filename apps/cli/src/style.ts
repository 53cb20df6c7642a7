import { stripVTControlCharacters, styleText } from 'node:util';

export type Format = Parameters<typeof styleText>[0];

/** Styled text where the stream is a terminal that wants colour (NO_COLOR and FORCE_COLOR are honoured). */
export function paint(format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(format, text, { stream });
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

/** The colour of an execution's or step's status. */
export function statusFormat(status: string): Format {
  return statusFormats[status] ?? 'reset';
}

/** Text from elsewhere made harmless for a terminal: no escape sequences, no control characters but line breaks and tabs. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
