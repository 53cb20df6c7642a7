import { describe } from '../convert.ts';
import { Fault } from '../errors.ts';
import { charge, chargeText, type Frame, reserveList } from '../frame.ts';
import { defineOwn } from '../keys.ts';

/** Steps of one write by a computed key: an object of many keys is a hash table, several times slower than a list. */
export const keyedSteps = 8;

/** The elements of a list, or the characters of a text. @throws Fault for anything else */
export function elementsOf(frame: Frame, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') {
    reserveList(frame, value.length);
    return Array.from(value);
  }
  throw new Fault(
    'expression_type',
    `Only lists and text can be spread; this is ${describe(value)}. Write ...(x ?? []).`,
  );
}

/** Copies own fields; null, undefined, numbers and booleans have none. @throws Fault for forbidden keys */
export function copyFields(frame: Frame, target: Record<string, unknown>, source: unknown): void {
  if (typeof source === 'string') {
    reserveList(frame, source.length);
    for (let index = 0; index < source.length; index++) target[index] = source[index];
    return;
  }
  if (typeof source !== 'object' || source === null) return;
  const keys = Object.keys(source);
  charge(frame, keyedSteps * keys.length);
  for (const key of keys) {
    chargeText(frame, key.length);
    defineOwn(target, key, (source as Record<string, unknown>)[key]);
  }
}
