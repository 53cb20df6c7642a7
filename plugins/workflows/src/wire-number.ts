import { nexusErrors } from '@conv3n/nexus';

/** A number that travels as text, in the form `pattern` gives; its first group holds the digits. @throws Conv3nError `validation_failed` */
export function wireNumber(field: string, text: string, pattern: RegExp, expected: string): number {
  const digits = pattern.exec(text.trim())?.[1];
  if (digits !== undefined) return Number(digits);
  const message = `Must be ${expected}.`;
  throw nexusErrors.error('validation_failed', `The input is not valid. ${field}: ${message}`, {
    violations: [{ path: field, code: 'wrong_format', message }],
  });
}

/** The version of an `If-Match` header: 3, "3" or W/"3". */
export function matchedVersion(text: string): number {
  return wireNumber(
    'if_match',
    text,
    /^(?:W\/)?(?:"(?=\d+"$)|(?=\d+$))([1-9]\d{0,8})"?$/,
    'the version the change is based on, such as 3 or "3"',
  );
}

/** The version in a cursor. */
export function cursorVersion(text: string): number {
  return wireNumber('cursor', text, /^(\d{1,15})$/, 'next_cursor of the page before');
}
