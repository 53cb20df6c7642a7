/**
 * JavaScript's conversions for plain data, written out so that the host never calls `valueOf`, `toString` or `toJSON`
 * of an object. Dates convert to ISO text, independent of the machine's time zone.
 */
import { Fault } from './errors.ts';
import { charge, chargeText, type Frame, reserveText } from './frame.ts';

/** A value that is neither object nor function. */
export type Primitive = string | number | boolean | null | undefined;

/** What a value is called in messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}

/** ISO text of a date; `Invalid Date` for an invalid one. */
export function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
}

/** The value as a primitive; lists join with commas as in JavaScript. @throws Fault for objects */
export function toPrimitive(frame: Frame, value: unknown, hint: 'number' | 'text'): Primitive {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return joinList(frame, value, ',');
  if (value instanceof Date) return hint === 'number' ? Date.prototype.getTime.call(value) : dateText(value);
  throw new Fault(
    'expression_type',
    `${capital(describe(value))} cannot be used as text or number. Read a field of it, or use JSON.stringify(...).`,
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The value as text. @throws Fault for objects */
export function toText(frame: Frame, value: unknown): string {
  return typeof value === 'string' ? value : String(toPrimitive(frame, value, 'text'));
}

/** The value as a number, NaN where JavaScript gives NaN. @throws Fault for objects */
export function toNumber(frame: Frame, value: unknown): number {
  if (typeof value === 'number') return value;
  const primitive = toPrimitive(frame, value, 'number');
  if (typeof primitive === 'string') chargeText(frame, primitive.length);
  return Number(primitive);
}

/** The value as an integer as in JavaScript: NaN is 0. */
export function toInteger(frame: Frame, value: unknown, missing = 0): number {
  if (value === undefined) return missing;
  const number = Math.trunc(toNumber(frame, value));
  return Number.isNaN(number) ? 0 : number;
}

/** The elements as one text; null and undefined are empty. The size is known before the text is made. */
export function joinList(frame: Frame, list: readonly unknown[], separator: string): string {
  charge(frame, 2 * list.length);
  const parts: string[] = [];
  let length = Math.max(0, list.length - 1) * separator.length;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const part = item === null || item === undefined ? '' : toText(frame, item);
    length += part.length;
    if (length > frame.limits.maxStringLength) reserveText(frame, length);
    parts.push(part);
  }
  reserveText(frame, length);
  return parts.join(separator);
}

/** `==` of JavaScript. Objects equal only themselves. */
export function looseEquals(frame: Frame, left: unknown, right: unknown): boolean {
  if (left === null || left === undefined) return right === null || right === undefined;
  if (right === null || right === undefined) return false;
  const leftIsObject = typeof left === 'object';
  const rightIsObject = typeof right === 'object';
  if (leftIsObject && rightIsObject) return left === right;
  if (leftIsObject || rightIsObject) {
    const object = leftIsObject ? left : right;
    if (!Array.isArray(object) && !(object instanceof Date)) return false;
    const text = toText(frame, object);
    return looseEquals(frame, text, leftIsObject ? right : left);
  }
  if (typeof left === typeof right) return strictEquals(frame, left, right);
  return toNumber(frame, left) === toNumber(frame, right);
}

/** `===` that pays for comparing long texts. */
export function strictEquals(frame: Frame, left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && left.length > 63 && typeof right === 'string' && right.length === left.length) {
    chargeText(frame, left.length);
  }
  return left === right;
}

/** The equality of `includes`: NaN equals itself. */
export function sameValueZero(frame: Frame, left: unknown, right: unknown): boolean {
  return strictEquals(frame, left, right) || (Number.isNaN(left) && Number.isNaN(right));
}
