import { blocksStdErrors } from '../errors.ts';

/** Longest path and longest segment, in bytes of UTF-8. */
const maxPathBytes = 4096;
const maxSegmentBytes = 255;

function invalid(path: string, why: string): Error {
  const shown = JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}...` : path);
  return blocksStdErrors.error(
    'path_invalid',
    `The path ${shown} ${why}. Write a path relative to the files directory, such as reports/today.json.`,
  );
}

/**
 * The segments of a path relative to the files directory; empty for the directory itself.
 * @throws Conv3nError `path_invalid` for absolute paths, `..`, NUL, backslashes and drive letters, because each means something else somewhere
 */
export function jailSegments(path: string): readonly string[] {
  if (typeof path !== 'string') throw invalid(String(path), 'is not text');
  if (path.includes('\0')) throw invalid(path, 'holds a NUL character');
  if (path.includes('\\')) throw invalid(path, 'holds a backslash');
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) throw invalid(path, 'is absolute');
  if (Buffer.byteLength(path) > maxPathBytes) throw invalid(path, 'is too long');
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (const segment of segments) {
    if (segment === '..') throw invalid(path, 'leads upwards');
    if (Buffer.byteLength(segment) > maxSegmentBytes) throw invalid(path, 'has a name that is too long');
  }
  return segments;
}
