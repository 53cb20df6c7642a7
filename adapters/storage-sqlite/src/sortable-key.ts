/**
 * Keys as bytes whose order is the code-unit order of the port (I3): every UTF-16 unit encoded as UTF-8 by itself, so
 * surrogates sort below U+E000 and lone ones survive. For text without surrogates this is plain UTF-8.
 */
export function encodeKey(key: string): Uint8Array {
  const bytes: number[] = [];
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index);
    if (unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 0x3f));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
  }
  return Uint8Array.from(bytes);
}

/** The key that {@link encodeKey} turned into `bytes`. */
export function decodeKey(bytes: Uint8Array): string {
  let key = '';
  const rest = (index: number): number => (bytes[index] as number) & 0x3f;
  for (let index = 0; index < bytes.length; ) {
    const lead = bytes[index] as number;
    if (lead < 0x80) {
      key += String.fromCharCode(lead);
      index += 1;
    } else if (lead < 0xe0) {
      key += String.fromCharCode(((lead & 0x1f) << 6) | rest(index + 1));
      index += 2;
    } else {
      key += String.fromCharCode(((lead & 0x0f) << 12) | (rest(index + 1) << 6) | rest(index + 2));
      index += 3;
    }
  }
  return key;
}

/** The least bytes above every key that starts with `prefix`; no encoded key holds the byte 0xff. */
export function endOfPrefix(prefix: string): Uint8Array {
  return Uint8Array.from([...encodeKey(prefix), 0xff]);
}

/** The least bytes above `key`. */
export function justAfter(key: string): Uint8Array {
  return Uint8Array.from([...encodeKey(key), 0]);
}
