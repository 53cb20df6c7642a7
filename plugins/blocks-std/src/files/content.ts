import type { JsonValue } from '@conv3n/platform';
import { blocksStdErrors } from '../errors.ts';

/** How content stands in a file: text, one JSON value, or bytes written as base64 in data. */
export const fileEncodings = ['utf8', 'json', 'base64'] as const;

export type FileEncoding = (typeof fileEncodings)[number];

function misfit(message: string, cause?: unknown): Error {
  return blocksStdErrors.error('file_content', message, { ...(cause !== undefined && { cause }) });
}

const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

/** The bytes to write. @throws Conv3nError `file_content` */
export function encodeContent(content: JsonValue | undefined, encoding: FileEncoding): Uint8Array {
  if (content === undefined) throw misfit('There is no content to write. Set "content".');
  if (encoding === 'json') return Buffer.from(JSON.stringify(content));
  if (typeof content !== 'string') {
    throw misfit(
      `The content is not text. Set encoding to "json" to write ${Array.isArray(content) ? 'lists' : 'other values'}.`,
    );
  }
  if (encoding === 'utf8') return Buffer.from(content);
  if (content.length % 4 !== 0 || !base64Pattern.test(content)) throw misfit('The content is not base64.');
  return Buffer.from(content, 'base64');
}

/** The value of what was read. @throws Conv3nError `file_content` */
export function decodeContent(bytes: Uint8Array, encoding: FileEncoding): JsonValue {
  if (encoding === 'base64') return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw misfit('The file is not UTF-8 text. Read it with encoding "base64".', cause);
  }
  if (encoding === 'utf8') return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw misfit(`The file is not JSON: ${(cause as Error).message}. Read it with encoding "utf8".`, cause);
  }
}
