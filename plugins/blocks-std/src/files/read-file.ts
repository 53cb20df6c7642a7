import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { blocksStdErrors } from '../errors.ts';
import { systemCode } from './file-error.ts';
import type { FileJail } from './file-jail.ts';

// Without O_NONBLOCK, opening a pipe would wait for its other end.
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** More than this is a file that grew while it was read. */
async function readAll(handle: FileHandle, size: number, path: string, maxBytes: number): Promise<Uint8Array> {
  const content = Buffer.allocUnsafe(Math.min(size, maxBytes) + 1);
  let length = 0;
  while (length < content.byteLength) {
    const { bytesRead } = await handle.read(content, length, content.byteLength - length);
    if (bytesRead === 0) return content.subarray(0, length);
    length += bytesRead;
  }
  const text = `"${path}" is larger than ${maxBytes} bytes, or grew while it was read. Raise maxBytes or read it with custom code.`;
  throw blocksStdErrors.error('file_too_large', text);
}

/** The content of a regular file. @throws Conv3nError `file_kind`, `file_too_large`, `path_invalid`, `path_denied`, or a system error */
export async function readJailed(jail: FileJail, path: string, maxBytes: number): Promise<Uint8Array> {
  const parent = await jail.openParent(path);
  try {
    const handle = await open(parent.target, readFlags);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw blocksStdErrors.error('file_kind', `"${path}" is not a regular file.`);
      return await readAll(handle, stat.size, path, maxBytes);
    } finally {
      await handle.close();
    }
  } finally {
    await parent.close();
  }
}

/** What stands at a path, links not followed; undefined when nothing does. */
export async function statJailed(
  jail: FileJail,
  path: string,
): Promise<{ readonly type: string; readonly bytes: number } | undefined> {
  try {
    const parent = await jail.openParent(path);
    try {
      const stat = await lstat(parent.target);
      return { type: entryType(stat), bytes: stat.size };
    } finally {
      await parent.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `file`, `directory`, `link` or `other`. */
export function entryType(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): string {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
