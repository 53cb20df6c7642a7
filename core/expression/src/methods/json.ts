import { describe, toInteger, toText } from '../convert.ts';
import { Fault } from '../errors.ts';
import { charge, type Frame, reserveList, reserveText } from '../frame.ts';
import { checkKey } from '../keys.ts';

const longestDate = 29;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the characters that JSON escapes
const escaped = /[\u0000-\u001f"\\\ud800-\udfff]/;

function textSize(frame: Frame, text: string): number {
  charge(frame, text.length >> 5);
  if (!escaped.test(text)) return text.length + 2;
  charge(frame, text.length >> 2);
  let size = 2;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22 || code === 0x5c) size += 2;
    else size += code < 0x20 || (code >= 0xd800 && code <= 0xdfff) ? 6 : 1;
  }
  return size;
}

/** An upper bound for the length of the JSON of a value, so that nothing is built that is too big. */
function jsonSize(frame: Frame, value: unknown, depth: number, indent: number): number {
  charge(frame, 1);
  if (typeof value === 'string') return textSize(frame, value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value).length : 4;
  if (typeof value === 'boolean' || value === null || value === undefined) return 9;
  if (typeof value !== 'object') throw new Fault('expression_type', `JSON cannot hold ${describe(value)}.`);
  if (value instanceof Date) return longestDate;
  charge(frame, 1);
  if (depth >= frame.limits.maxDataDepth) {
    throw new Fault('expression_limit', `The data nests more than ${frame.limits.maxDataDepth} levels.`);
  }
  const perEntry = indent === 0 ? 1 : 2 + indent * (depth + 1);
  let size = 2 + perEntry;
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  const count = keys ? keys.length : (value as unknown[]).length;
  for (let index = 0; index < count; index++) {
    const key = keys ? (keys[index] as string) : index;
    if (keys) size += textSize(frame, key as string) + 2;
    size += perEntry + jsonSize(frame, (value as Record<string | number, unknown>)[key], depth + 1, indent);
    if (size > frame.limits.maxStringLength * 2) reserveText(frame, size);
  }
  return size;
}

/** The JSON of a value; undefined where JSON has nothing for it. */
export function jsonText(frame: Frame, value: unknown, indent = ''): string | undefined {
  reserveText(frame, jsonSize(frame, value, 0, indent.length));
  return JSON.stringify(value, null, indent);
}

/** `JSON.stringify(value, null, indent)`. */
export function stringify(frame: Frame, args: readonly unknown[]): string | undefined {
  if (args[1] !== null && args[1] !== undefined) {
    throw new Fault('expression_type', 'JSON.stringify takes no replacer. Build the object you want first.');
  }
  const indent =
    typeof args[2] === 'number' ? ' '.repeat(Math.max(0, Math.min(10, toInteger(frame, args[2])))) : args[2];
  return jsonText(frame, args[0], indent === undefined ? '' : toText(frame, indent).slice(0, 10));
}

/** Refuses forbidden keys, too long lists and too deep nesting in what the host parsed. */
function checkParsed(frame: Frame, value: unknown, depth: number): void {
  charge(frame, 1);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= frame.limits.maxDataDepth) {
    throw new Fault('expression_limit', `The JSON nests more than ${frame.limits.maxDataDepth} levels.`);
  }
  if (Array.isArray(value)) {
    reserveList(frame, value.length);
    for (const item of value) checkParsed(frame, item, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    checkKey(key);
    checkParsed(frame, (value as Record<string, unknown>)[key], depth + 1);
  }
}

/** `JSON.parse(text)`. */
export function parse(frame: Frame, args: readonly unknown[]): unknown {
  const text = toText(frame, args[0]);
  reserveText(frame, text.length);
  charge(frame, text.length >> 4);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The host's message quotes the text, which may hold what errors must not show; only the position is taken over.
    const place = cause instanceof Error ? /position \d+/.exec(cause.message) : null;
    throw new Fault(
      'expression_type',
      `The text is not JSON${place ? ` (at ${place[0]})` : ''}. Check what produced it.`,
    );
  }
  checkParsed(frame, value, 0);
  return value;
}
