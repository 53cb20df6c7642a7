const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\u2028': '',
  '\u2029': '',
};

/** What a backslash sequence stands for, and the offset after it; undefined when it is malformed. */
export function readEscape(text: string, afterBackslash: number): { value: string; end: number } | undefined {
  const char = text[afterBackslash];
  if (char === undefined) return undefined;
  const end = afterBackslash + 1;
  if (char === 'x') return hex(text, end, end + 2);
  if (char === 'u') return text[end] === '{' ? braced(text, end + 1) : hex(text, end, end + 4);
  if (char === '\r') return { value: '', end: text[end] === '\n' ? end + 1 : end };
  if (char >= '0' && char <= '9') {
    const next = text[end];
    const isNul = char === '0' && !(next !== undefined && next >= '0' && next <= '9');
    return isNul ? { value: '\0', end } : undefined;
  }
  return { value: Object.hasOwn(simple, char) ? (simple[char] as string) : char, end };
}

function hex(text: string, start: number, end: number): { value: string; end: number } | undefined {
  const digits = text.slice(start, end);
  if (digits.length !== end - start || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  return { value: String.fromCharCode(Number.parseInt(digits, 16)), end };
}

function braced(text: string, start: number): { value: string; end: number } | undefined {
  const close = text.indexOf('}', start);
  if (close < 0 || close - start > 8) return undefined;
  const digits = text.slice(start, close);
  if (!/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const point = Number.parseInt(digits, 16);
  return point > 0x10ffff ? undefined : { value: String.fromCodePoint(point), end: close + 1 };
}
