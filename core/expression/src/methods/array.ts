import { describe, toInteger } from '../convert.ts';
import { Fault } from '../errors.ts';
import { type Callback, type Frame, reserveList } from '../frame.ts';
import { readIndex } from '../keys.ts';
import type { BuiltIn } from './method.ts';
import { elementsOf } from './spread.ts';

/** The elements of a list, a text or `{ length: n }`; counted before anything is made. */
function source(frame: Frame, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    reserveList(frame, value.length);
    return value.slice();
  }
  if (typeof value === 'string') return elementsOf(frame, value);
  if (typeof value === 'object' && value !== null) {
    const length = Math.max(0, toInteger(frame, readIndex(frame, value, 'length')));
    reserveList(frame, length);
    const list: unknown[] = [];
    for (let index = 0; index < length; index++) list.push(readIndex(frame, value, index));
    return list;
  }
  throw new Fault('expression_type', `Array.from needs a list, text or { length: n }; this is ${describe(value)}.`);
}

/** `Array.from(source, callback?)`. */
const from: BuiltIn = (frame, args) => {
  const list = source(frame, args[0]);
  const callback = args[1] as Callback | undefined;
  if (callback === undefined) return list;
  const result: unknown[] = [];
  for (let index = 0; index < list.length; index++) result.push(callback(frame, list[index], index));
  return result;
};

/** Functions of `Array`. */
export const arrayFunctions: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['from', from],
  ['isArray', (_frame, args) => Array.isArray(args[0])],
  ['of', (_frame, args) => args.slice()],
]);
