import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename, unlink } from 'node:fs/promises';
import { blocksStdErrors } from '../errors.ts';
import { systemCode } from './file-error.ts';
import type { FileJail } from './file-jail.ts';

const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const appendFlags =
  constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Replaces a file as a whole: a reader, and a crash, see the old content or the new. Missing directories are made. */
export async function writeJailed(jail: FileJail, path: string, content: Uint8Array): Promise<void> {
  const parent = await jail.openParent(path, { create: true });
  try {
    const present = await lstat(parent.target).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    if (present && !present.isFile()) {
      throw blocksStdErrors.error('file_kind', `"${path}" is there and is not a regular file. Choose another name.`);
    }
    const temporary = `${parent.reach}/.conv3n-${randomBytes(12).toString('hex')}.tmp`;
    const handle = await open(temporary, createFlags, 0o644);
    try {
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, parent.target);
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
    await parent.sync();
  } finally {
    await parent.close();
  }
}

/** Adds to the end of a file and answers its new size. @throws Conv3nError `file_too_large` beyond `maxBytes` */
export async function appendJailed(
  jail: FileJail,
  path: string,
  content: Uint8Array,
  maxBytes: number,
): Promise<number> {
  const parent = await jail.openParent(path, { create: true });
  try {
    const handle = await open(parent.target, appendFlags, 0o644);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw blocksStdErrors.error('file_kind', `"${path}" is not a regular file.`);
      const bytes = stat.size + content.byteLength;
      if (bytes > maxBytes) {
        const text = `"${path}" would grow to ${bytes} bytes, beyond ${maxBytes}. Start another file or raise maxBytes.`;
        throw blocksStdErrors.error('file_too_large', text);
      }
      await handle.writeFile(content);
      await handle.sync();
      await parent.sync();
      return bytes;
    } finally {
      await handle.close();
    }
  } finally {
    await parent.close();
  }
}

/** Removes a file or a link; false when there was none. Directories are refused. */
export async function deleteJailed(jail: FileJail, path: string): Promise<boolean> {
  try {
    const parent = await jail.openParent(path);
    try {
      if ((await lstat(parent.target)).isDirectory()) {
        throw blocksStdErrors.error('file_kind', `"${path}" is a directory; only files are deleted.`);
      }
      await unlink(parent.target);
      await parent.sync();
      return true;
    } finally {
      await parent.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
