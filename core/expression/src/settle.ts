/**
 * Turns what an expression built into plain JSON-like data: dates become ISO text, undefined fields are left out, undefined
 * elements and numbers JSON does not know become null. Counts every node again, because a list that holds one list twice,
 * nested often enough, is small in memory and endless when written out.
 */
import { dateText, describe } from './convert.ts';
import { Fault } from './errors.ts';
import { charge, chargeText, type Frame } from './frame.ts';
import { defineOwn } from './keys.ts';

/** Checks a single value that needs no walk. @throws Fault for functions, symbols and bigints */
export function checkPlain(value: unknown): void {
  const type = typeof value;
  if (type === 'function' || type === 'symbol' || type === 'bigint') {
    throw new Fault('expression_type', `The result is ${describe(value)}; only plain data can leave an expression.`);
  }
}

/** The plain form of a result; parts that are plain already are kept, not copied. */
export function settle(frame: Frame, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    checkPlain(value);
    return value;
  }
  const room = { characters: frame.limits.maxResultCharacters };
  return settleAny(frame, value, 0, room);
}

function settleAny(frame: Frame, value: unknown, depth: number, room: { characters: number }): unknown {
  charge(frame, 1);
  if (typeof value === 'string') {
    room.characters -= value.length;
    if (room.characters < 0) {
      throw new Fault('expression_limit', `The result has more than ${frame.limits.maxResultCharacters} characters.`);
    }
    return value;
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) {
    checkPlain(value);
    return value;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : dateText(value);
  charge(frame, 1);
  if (depth >= frame.limits.maxDataDepth) {
    throw new Fault('expression_limit', `The result nests more than ${frame.limits.maxDataDepth} levels.`);
  }
  return Array.isArray(value)
    ? settleList(frame, value, depth, room)
    : settleObject(frame, value as Record<string, unknown>, depth, room);
}

function settleList(frame: Frame, list: readonly unknown[], depth: number, room: { characters: number }): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    const plain = settleAny(frame, item, depth + 1, room) ?? null;
    if (plain !== item) copy ??= list.slice();
    if (copy) copy[index] = plain;
  }
  return copy ?? list;
}

function settleObject(
  frame: Frame,
  object: Readonly<Record<string, unknown>>,
  depth: number,
  room: { characters: number },
): unknown {
  const keys = Object.keys(object);
  const values: unknown[] = [];
  let changed = false;
  for (const key of keys) {
    chargeText(frame, key.length);
    room.characters -= key.length;
    const value = object[key];
    const plain = settleAny(frame, value, depth + 1, room);
    changed ||= plain !== value || plain === undefined;
    values.push(plain);
  }
  if (!changed) return object;
  const copy: Record<string, unknown> = {};
  for (let index = 0; index < keys.length; index++) {
    if (values[index] !== undefined) defineOwn(copy, keys[index] as string, values[index]);
  }
  return copy;
}
