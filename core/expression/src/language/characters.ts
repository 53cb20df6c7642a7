/** Classes of UTF-16 units and code points the tokenizer needs. */

/** Space, tab, line feed, carriage return, no-break space and byte order mark. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0xa0 || code === 0xfeff;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** True for the first code point of a name. */
export function isNameStart(point: number): boolean {
  if (point < 0x80)
    return (point >= 0x61 && point <= 0x7a) || (point >= 0x41 && point <= 0x5a) || point === 0x5f || point === 0x24;
  return /^\p{ID_Start}$/u.test(String.fromCodePoint(point));
}

/** True for a later code point of a name. */
export function isNamePart(point: number): boolean {
  if (point < 0x80) return isNameStart(point) || isDigit(point);
  return /^\p{ID_Continue}$/u.test(String.fromCodePoint(point));
}

/** A code point as people look it up, such as `U+2028`. */
export function codePointName(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
