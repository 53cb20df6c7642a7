import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { blocksStdErrors } from '../errors.ts';
import { systemCode } from './file-error.ts';
import { jailSegments } from './jail-path.ts';

/**
 * The directory that file and database blocks may touch.
 *
 * I1 No symbolic link is followed, in the middle or at the end of a path.
 * I2 A path is walked one opened directory at a time. On Linux each step starts from the descriptor of the one before (`/proc/self/fd`), so
 *    swapping a directory for a link between check and use changes nothing. Elsewhere the real path is compared after each opening.
 * I3 The root is neither the data directory nor inside or above it.
 */
export interface FileJail {
  /** The directory itself, without symbolic links. */
  readonly root: string;
  /**
   * Opens the directory that holds the last segment. `create` makes missing directories.
   * @throws Conv3nError `path_invalid`, or a system error
   */
  openParent(path: string, options?: { readonly create?: boolean }): Promise<OpenParent>;
  /** Opens a directory. */
  openDirectory(path: string): Promise<OpenDirectory>;
}

/** A directory held open. */
export interface OpenDirectory {
  /** A path by which the system reaches exactly this directory while it is held. */
  readonly reach: string;
  /** Flushes the directory's entries. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** A directory held open, and the name in it that a path ends with. */
export interface OpenParent extends OpenDirectory {
  readonly name: string;
  /** `reach` and `name` together. Open it with `O_NOFOLLOW`. */
  readonly target: string;
}

const openDirectoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const byDescriptor = process.platform === 'linux';

/** True when `inner` is `outer` or lies below it. */
function contains(outer: string, inner: string): boolean {
  const path = relative(outer, inner);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`));
}

/** The real path of the longest part of `path` that exists, with the rest appended. */
async function realpathSoFar(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (systemCode(error) !== 'ENOENT' || parent === path) throw error;
    return join(await realpathSoFar(parent), relative(parent, path));
  }
}

async function openRoot(filesDir: string, dataDir: string): Promise<string> {
  const root = await realpathSoFar(resolve(filesDir));
  const data = await realpathSoFar(resolve(dataDir));
  if (contains(root, data) || contains(data, root)) {
    throw blocksStdErrors.error(
      'files_dir_invalid',
      `The files directory ${root} must not be, hold or lie in the data directory ${data}. Set CONV3N_FILES_DIR to another place.`,
    );
  }
  await mkdir(root, { recursive: true });
  return await realpath(root);
}

async function hold(path: string, expected: string): Promise<{ handle: FileHandle; reach: string }> {
  const handle = await open(path, openDirectoryFlags);
  try {
    const reach = byDescriptor ? `/proc/self/fd/${handle.fd}` : expected;
    const real = byDescriptor ? await readlink(reach) : await realpath(expected);
    if (real !== expected) {
      throw blocksStdErrors.error('path_denied', 'A directory of the path was moved or replaced while it was opened.');
    }
    return { handle, reach };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** Prepares the jail: makes the files directory and checks it against the data directory. @throws Conv3nError `files_dir_invalid` */
export async function openFileJail(filesDir: string, dataDir: string): Promise<FileJail> {
  const root = await openRoot(filesDir, dataDir);

  const walk = async (segments: readonly string[], create: boolean): Promise<OpenDirectory> => {
    let expected = root;
    let current = await hold(root, root);
    for (const segment of segments) {
      const path = join(current.reach, segment);
      expected = join(expected, segment);
      const previous = current.handle;
      try {
        if (create) await makeDirectory(path);
        current = await hold(path, expected);
      } finally {
        await previous.close();
      }
    }
    const { handle, reach } = current;
    return { reach, sync: () => handle.sync(), close: () => handle.close() };
  };

  return {
    root,
    async openParent(path, { create = false } = {}) {
      const segments = jailSegments(path);
      const name = segments.at(-1);
      if (name === undefined) {
        throw blocksStdErrors.error('path_invalid', 'The path names the files directory itself. Name a file in it.');
      }
      const directory = await walk(segments.slice(0, -1), create);
      return { ...directory, name, target: join(directory.reach, name) };
    },
    openDirectory: (path) => walk(jailSegments(path), false),
  };
}

/** What stands at the end of a path, after a walk that followed no link. */
async function inspect(
  jail: FileJail,
  path: string,
  create: boolean,
): Promise<{ readonly path: string; readonly found: Stats | undefined }> {
  const segments = jailSegments(path);
  const absolute = join(jail.root, ...segments);
  if (segments.length === 0) return { path: absolute, found: await lstat(absolute) };
  const parent = await jail.openParent(path, { create });
  try {
    const found = await lstat(parent.target).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT' && create) return undefined;
      throw error;
    });
    if (found?.isSymbolicLink()) {
      throw blocksStdErrors.error('path_denied', `"${path}" is a symbolic link; links are not followed.`);
    }
    return { path: absolute, found };
  } finally {
    await parent.close();
  }
}

/**
 * The absolute path of a regular file for a program that opens it by name; with `create` it may be missing. Between this answer and that opening
 * the guarantee is only as good as the program's own check.
 */
export async function jailedPath(jail: FileJail, path: string, options: { readonly create: boolean }): Promise<string> {
  const { path: absolute, found } = await inspect(jail, path, options.create);
  if (found && !found.isFile()) throw blocksStdErrors.error('file_kind', `"${path}" is not a regular file.`);
  return absolute;
}

/** As {@link jailedPath} for a file or directory that code is granted. */
export async function grantedPath(jail: FileJail, path: string, access: 'read' | 'write'): Promise<string> {
  const { path: absolute, found } = await inspect(jail, path, access === 'write');
  if (found && !found.isFile() && !found.isDirectory()) {
    throw blocksStdErrors.error('file_kind', `"${path}" is neither a regular file nor a directory.`);
  }
  return absolute;
}
