import { type Conv3nError, isConv3nError } from '@conv3n/platform';
import { blocksStdErrors } from '../errors.ts';

/** The code of a system error such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** A system error on `path` (as the user wrote it) as one of this package; errors of the house pass unchanged. */
export function fileError(error: unknown, path: string): Conv3nError {
  if (isConv3nError(error)) return error;
  const options = { cause: error };
  switch (systemCode(error)) {
    case 'ENOENT':
      return blocksStdErrors.error('file_not_found', `There is no "${path}" in the files directory.`, options);
    case 'ELOOP':
      return blocksStdErrors.error(
        'path_denied',
        `"${path}" leads through a symbolic link; links are not followed.`,
        options,
      );
    case 'ENOTDIR':
      return blocksStdErrors.error(
        'path_denied',
        `"${path}" leads through something that is not a directory, or through a symbolic link.`,
        options,
      );
    case 'EISDIR':
      return blocksStdErrors.error('file_kind', `"${path}" is a directory, not a file.`, options);
    default:
      return blocksStdErrors.error(
        'file_io',
        `"${path}" could not be used (${systemCode(error) ?? 'unknown error'}). Check permissions and space.`,
        options,
      );
  }
}
