import { potterErrors } from './errors.ts';
import type { ExpectedVersion } from './event-store.ts';

/** Compares what the writer believes with what is; 0 means no stream. @throws Conv3nError `version_conflict`, `invalid_append` */
export function checkVersion(stream: string, expected: ExpectedVersion, actual: number): void {
  if (typeof expected === 'number' && !(Number.isInteger(expected) && expected >= 0)) {
    throw potterErrors.error('invalid_append', `Expected version ${expected} is not a non-negative integer.`);
  }
  if (holds(expected, actual)) return;
  throw potterErrors.error(
    'version_conflict',
    `Stream ${stream} is at version ${actual}, the writer expected ${expected}. Read it again and decide anew.`,
    { details: { stream, expected, actual } },
  );
}

function holds(expected: ExpectedVersion, actual: number): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'none':
      return actual === 0;
    case 'exists':
      return actual > 0;
    default:
      return actual === expected;
  }
}
