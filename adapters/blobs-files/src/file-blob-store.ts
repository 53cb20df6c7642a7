import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRecord } from '@conv3n/platform';
import { type BlobStore, workflowErrors } from '@conv3n/workflow';
import { blobsFilesErrors } from './errors.ts';

export interface FileBlobStoreOptions {
  /** Made when missing. */
  readonly directory: string;
  /** @default 67108864 */
  readonly maxBlobBytes?: number;
  /** Flush each file and its folder to the disk before `put` resolves. @default true */
  readonly flush?: boolean;
}

const ownerPattern = /^[A-Za-z0-9_-]{1,128}$/;
const idPattern = /^[0-9a-f]{64}$/;

/**
 * Blobs as files `<directory>/<shard>/<owner>/<sha-256>`.
 *
 * I1 A blob's name is the SHA-256 of its content, so reading can tell a damaged file, and equal content is written once.
 * I2 A file appears whole or not at all: it is written under another name, flushed, and renamed.
 */
export function fileBlobStore(options: FileBlobStoreOptions): BlobStore {
  const { directory, maxBlobBytes = 64 * 1024 * 1024, flush = true } = options;
  const known = new Set<string>();

  async function ownerFolder(owner: string): Promise<string> {
    const folder = folderOf(directory, owner);
    if (known.has(owner)) return folder;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (flush) for (const path of [dirname(folder), directory]) await flushFolder(path);
    if (known.size > 10_000) known.clear();
    known.add(owner);
    return folder;
  }

  async function write(owner: string, id: string, content: Uint8Array): Promise<void> {
    const folder = await ownerFolder(owner);
    const target = join(folder, id);
    if (await hasSize(target, content.byteLength)) return;
    const temporary = join(folder, `.${id.slice(0, 16)}-${randomBytes(6).toString('hex')}`);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(content);
        if (flush) await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
      if (flush) await flushFolder(folder);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  return {
    async put(owner, content) {
      if (content.byteLength > maxBlobBytes) {
        throw workflowErrors.error(
          'blob_too_large',
          `A blob of ${content.byteLength} bytes is larger than ${maxBlobBytes}. Split the data.`,
        );
      }
      const id = createHash('sha256').update(content).digest('hex');
      try {
        await write(owner, id, content);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') {
          // The owner's folder was deleted between making it and writing into it.
          known.delete(owner);
          await write(owner, id, content);
        } else if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT') {
          throw workflowErrors.error('blob_store_full', `No room is left in ${directory}. Free some space.`, {
            cause: error,
          });
        } else throw error;
      }
      return id;
    },

    async get(owner, id) {
      const missing = () => workflowErrors.error('blob_not_found', `${owner} has no blob ${id.slice(0, 80)}.`);
      if (!idPattern.test(id)) throw missing();
      let content: Uint8Array;
      try {
        content = await readFile(join(folderOf(directory, owner), id));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') throw missing();
        throw error;
      }
      if (createHash('sha256').update(content).digest('hex') !== id) {
        throw workflowErrors.error('blob_corrupt', `The file of blob ${id} of ${owner} is damaged. Restore a backup.`);
      }
      return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
    },

    async deleteOwner(owner) {
      known.delete(owner);
      await rm(folderOf(directory, owner), { recursive: true, force: true });
    },

    async owners({ after, limit }) {
      const names: string[] = [];
      for (const shard of await folders(directory)) names.push(...(await folders(join(directory, shard))));
      return names
        .filter((name) => after === undefined || name > after)
        .sort()
        .slice(0, limit);
    },
  };
}

/** Owners are spread over 256 folders by the hash of their name. */
function folderOf(directory: string, owner: string): string {
  if (!ownerPattern.test(owner)) {
    throw blobsFilesErrors.error(
      'invalid_blob_owner',
      `"${owner.slice(0, 80)}" is not 1 to 128 letters, digits, _ and -.`,
    );
  }
  return join(directory, createHash('sha256').update(owner).digest('hex').slice(0, 2), owner);
}

async function hasSize(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function folders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function codeOf(error: unknown): unknown {
  return isRecord(error) || error instanceof Error ? (error as { readonly code?: unknown }).code : undefined;
}
