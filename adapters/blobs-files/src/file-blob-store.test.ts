import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from '@conv3n/workflow/testing';
import { describe, expect, it } from 'vitest';
import { fileBlobStore } from './file-blob-store.ts';
import { sweepOrphans } from './sweep-orphans.ts';

async function inFolder<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

blobStoreContract('files', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'blobs-'));
  return {
    blobs: fileBlobStore({ directory, maxBlobBytes: 200_000 }),
    tooLarge: new Uint8Array(200_001),
    close: () => rm(directory, { recursive: true, force: true }),
  };
});

async function files(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('blobs in files', () => {
  it('survives a new store over the same folder and leaves no temporary file', () =>
    inFolder(async (directory) => {
      const id = await fileBlobStore({ directory }).put('execution-1', new Uint8Array([1, 2, 3]));
      expect(await fileBlobStore({ directory }).get('execution-1', id)).toEqual(new Uint8Array([1, 2, 3]));
      expect(await files(directory)).toHaveLength(1);
    }));

  it('tells a damaged file instead of giving wrong bytes', () =>
    inFolder(async (directory) => {
      const blobs = fileBlobStore({ directory });
      const id = await blobs.put('execution-1', new Uint8Array([1, 2, 3]));
      await writeFile((await files(directory))[0] ?? '', new Uint8Array([1, 2, 4]));
      await expect(blobs.get('execution-1', id)).rejects.toMatchObject({ code: 'blob_corrupt' });
    }));

  it('refuses owner names that could leave the folder', () =>
    inFolder(async (directory) => {
      const blobs = fileBlobStore({ directory });
      for (const owner of ['..', '../x', '', 'a/b']) {
        await expect(blobs.put(owner, new Uint8Array([1]))).rejects.toMatchObject({ code: 'invalid_blob_owner' });
      }
      await expect(blobs.get('execution-1', '../../etc/passwd')).rejects.toMatchObject({ code: 'blob_not_found' });
    }));

  it('writes again for an owner that was deleted in between', () =>
    inFolder(async (directory) => {
      const blobs = fileBlobStore({ directory });
      await blobs.put('execution-1', new Uint8Array([1]));
      await fileBlobStore({ directory }).deleteOwner('execution-1');
      const id = await blobs.put('execution-1', new Uint8Array([2]));
      expect(await blobs.get('execution-1', id)).toEqual(new Uint8Array([2]));
    }));

  it('sweeps the blobs of owners that are gone', () =>
    inFolder(async (directory) => {
      const blobs = fileBlobStore({ directory });
      const kept = await blobs.put('execution-1', new Uint8Array([1]));
      await blobs.put('execution-2', new Uint8Array([2]));
      expect(await sweepOrphans(blobs, (owner) => owner === 'execution-1')).toBe(1);
      expect(await blobs.owners({ limit: 10 })).toEqual(['execution-1']);
      expect(await blobs.get('execution-1', kept)).toEqual(new Uint8Array([1]));
    }));
});
