import { lstat, opendir } from 'node:fs/promises';
import { systemCode } from './file-error.ts';
import type { FileJail } from './file-jail.ts';
import { jailSegments } from './jail-path.ts';
import { entryType } from './read-file.ts';

/** One thing in a directory. */
export interface FileEntry {
  /** Relative to the files directory. */
  readonly path: string;
  readonly type: string;
  readonly bytes: number;
  /** RFC 3339, UTC. */
  readonly modified_at: string;
}

export interface ListOptions {
  readonly recursive: boolean;
  /** Entries at most; what is beyond sets `truncated`. */
  readonly limit: number;
}

const maxDepth = 32;

/** The entries of a directory, sorted by path. Links are listed and not followed. */
export async function listJailed(
  jail: FileJail,
  path: string,
  { recursive, limit }: ListOptions,
): Promise<{ readonly entries: readonly FileEntry[]; readonly truncated: boolean }> {
  const entries: FileEntry[] = [];
  let truncated = false;

  const visit = async (directory: string, depth: number): Promise<void> => {
    const below: string[] = [];
    const held = await jail.openDirectory(directory);
    try {
      for await (const found of await opendir(held.reach)) {
        if (entries.length >= limit) {
          truncated = true;
          return;
        }
        const inner = directory === '' ? found.name : `${directory}/${found.name}`;
        const stat = await lstat(`${held.reach}/${found.name}`).catch((error: unknown) => {
          if (systemCode(error) !== 'ENOENT') throw error;
        });
        if (!stat) continue;
        entries.push({ path: inner, type: entryType(stat), bytes: stat.size, modified_at: stat.mtime.toISOString() });
        if (recursive && stat.isDirectory()) below.push(inner);
      }
    } finally {
      await held.close();
    }
    for (const inner of below) {
      // A name that no path can spell, such as one with a backslash, is listed and not entered.
      if (depth >= maxDepth || inner.includes('\\')) truncated = true;
      else await visit(inner, depth + 1);
    }
  };

  await visit(jailSegments(path).join('/'), 1);
  return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), truncated };
}
