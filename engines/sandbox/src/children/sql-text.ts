/** True when nothing but white space, comments and semicolons follows the first statement. */
export function restIsEmpty(rest: string): boolean {
  let at = 0;
  while (at < rest.length) {
    const char = rest[at] as string;
    if (char === ';' || char.trim() === '') at += 1;
    else if (rest.startsWith('--', at)) at = endOf(rest, '\n', at, 1);
    else if (rest.startsWith('/*', at)) at = endOf(rest, '*/', at + 2, 2);
    else return false;
  }
  return true;
}

function endOf(text: string, mark: string, from: number, length: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + length;
}

/** A column as JSON: integers beyond 2^53 as decimal text, bytes as base64, infinite numbers as null. */
export function columnText(value: unknown): null | number | string {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  return value as null | number | string;
}
