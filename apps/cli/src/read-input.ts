import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { isRecord, type JsonObject, type JsonValue } from '@conv3n/platform';
import { cliErrors } from './errors.ts';

/** The JSON in a file, or on standard input for `-`. @throws Conv3nError `file_unreadable`, `file_not_json` */
export async function readJson(file: string): Promise<JsonValue> {
  if (file === '-') return parseJson(await readStdin(), 'Standard input');
  try {
    return parseJson(readFileSync(file, 'utf8'), file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = reasons[code ?? ''];
    if (why === undefined) throw error;
    throw cliErrors.error('file_unreadable', `${file} ${why}.`, { cause: error });
  }
}

/** A workflow file, not yet checked beyond being a JSON object. @throws Conv3nError `file_unreadable`, `file_not_json` */
export async function readWorkflow(file: string): Promise<JsonObject> {
  const found = await readJson(file);
  if (isRecord(found)) return found;
  throw cliErrors.error('file_not_json', `${file} is not a workflow file; it must hold a JSON object.`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder; name a file in it',
  ENOTDIR: 'does not exist: a part of its path is a file',
  ELOOP: 'is a link that leads to itself',
};

/** The JSON of a text given on the command line. @throws Conv3nError `file_not_json` */
export function parseJson(given: string, origin: string): JsonValue {
  try {
    return JSON.parse(given.replace(/^\uFEFF/, '')) as JsonValue;
  } catch (error) {
    throw cliErrors.error('file_not_json', `${origin} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Flags that give an execution its input. */
export interface InputFlags {
  readonly input?: string;
  readonly inputJson?: string;
}

/** Input for an execution: a file, inline JSON, or null. */
export async function readExecutionInput({ input, inputJson }: InputFlags): Promise<JsonValue> {
  if (inputJson !== undefined) return parseJson(inputJson, '--input-json');
  return input === undefined ? null : readJson(input);
}

/** Everything on standard input as text. */
export function readStdin(): Promise<string> {
  return text(process.stdin);
}
