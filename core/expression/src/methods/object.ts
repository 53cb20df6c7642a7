import { describe, toText } from '../convert.ts';
import { Fault } from '../errors.ts';
import { charge, type Frame, reserveList } from '../frame.ts';
import { checkKey, defineOwn, toKey } from '../keys.ts';
import type { BuiltIn } from './method.ts';
import { copyFields, keyedSteps } from './spread.ts';

function fieldsOf(frame: Frame, value: unknown, name: string): string[] {
  if (value === null || value === undefined) {
    throw new Fault('expression_type', `Object.${name} needs an object; this is ${describe(value)}. Write x ?? {}.`);
  }
  if (typeof value === 'string') reserveList(frame, value.length);
  const keys = Object.keys(value);
  reserveList(frame, keys.length);
  return keys;
}

function fieldOf(value: unknown, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}

const fromEntries: BuiltIn = (frame, args) => {
  const list = args[0];
  if (!Array.isArray(list)) {
    throw new Fault('expression_type', `Object.fromEntries needs a list of [key, value]; this is ${describe(list)}.`);
  }
  charge(frame, keyedSteps * list.length);
  const result: Record<string, unknown> = {};
  for (const entry of list) {
    if (!Array.isArray(entry)) {
      throw new Fault('expression_type', `Each entry is a list [key, value]; one is ${describe(entry)}.`);
    }
    defineOwn(result, toKey(frame, entry[0]), entry[1]);
  }
  return result;
};

/** Unlike JavaScript's, the first object stays as it is. */
const assign: BuiltIn = (frame, args) => {
  if (args[0] === null || args[0] === undefined) {
    throw new Fault('expression_type', 'Object.assign needs an object first. Write Object.assign({}, ...).');
  }
  const result: Record<string, unknown> = {};
  for (const source of args) copyFields(frame, result, source);
  return result;
};

const hasOwn: BuiltIn = (frame, args) => {
  if (args[0] === null || args[0] === undefined) return false;
  const key = toText(frame, args[1]);
  checkKey(key);
  return Object.hasOwn(args[0] as object, key);
};

/** Functions of `Object`. */
export const objectFunctions: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['assign', assign],
  [
    'entries',
    (frame, [value]) => {
      const keys = fieldsOf(frame, value, 'entries');
      charge(frame, 2 * keys.length);
      return keys.map((key) => [key, fieldOf(value, key)]);
    },
  ],
  ['fromEntries', fromEntries],
  ['hasOwn', hasOwn],
  ['keys', (frame, [value]) => fieldsOf(frame, value, 'keys')],
  ['values', (frame, [value]) => fieldsOf(frame, value, 'values').map((key) => fieldOf(value, key))],
]);
