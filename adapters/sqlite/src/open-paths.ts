import { existsSync, realpathSync } from 'node:fs';
import { sqliteErrors } from './errors.ts';

/**
 * The files this process holds open. The kernel's file locks belong to the process and vanish when any descriptor of the
 * file is closed, so a second opening in the same process must be refused before it touches the file.
 */
const openPaths = new Set<string>();

/** Claims `path` for this process until the disposer is called. @throws Conv3nError `database_locked` */
export function claimPath(path: string): () => void {
  if (path === ':memory:') return () => {};
  const real = existsSync(path) ? realpathSync(path) : path;
  if (openPaths.has(real)) {
    throw sqliteErrors.error(
      'database_locked',
      `Database ${path} is already open in this process. Share the open database instead of opening it twice.`,
      { details: { file: path } },
    );
  }
  openPaths.add(real);
  return () => {
    openPaths.delete(real);
  };
}
