import { readFileSync } from 'node:fs';
import { Conv3nError, type JsonValue } from '@conv3n/platform';

/** The JSON in a file, or on standard input for `-`. @throws Conv3nError `file_unreadable`, `file_not_json` */
export function readJson(file: string): JsonValue {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Conv3nError('file_unreadable', `${file} cannot be read: ${(error as Error).message}`, {
      kind: 'invalid',
      cause: error,
    });
  }
  return parseJson(text, file);
}

/** The JSON of a text given on the command line. @throws Conv3nError `file_not_json` */
export function parseJson(text: string, origin: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new Conv3nError('file_not_json', `${origin} is not valid JSON: ${(error as Error).message}`, {
      kind: 'invalid',
      cause: error,
    });
  }
}

/** Input for an execution: a file, inline JSON, or nothing. */
export function readExecutionInput(options: { readonly input?: string; readonly inputJson?: string }): JsonValue {
  if (options.inputJson !== undefined) return parseJson(options.inputJson, '--input-json');
  return options.input === undefined ? null : readJson(options.input);
}

/** Everything on standard input as text, without the last line break. */
export function readStdin(): string {
  return readFileSync(0, 'utf8').replace(/\r?\n$/, '');
}
