import { toNumber, toText } from '../convert.ts';
import { Fault } from '../errors.ts';
import { type Callback, charge, type Frame, reserveList } from '../frame.ts';

type List = readonly unknown[];

/** A list method whose first argument is a function; the compiler makes sure it is one. */
export type CallbackMethod = (frame: Frame, self: List, callback: Callback, args: List) => unknown;

const map: CallbackMethod = (frame, self, callback) => {
  reserveList(frame, self.length);
  const result: unknown[] = [];
  for (let index = 0; index < self.length; index++) result.push(callback(frame, self[index], index, self));
  return result;
};

const filter: CallbackMethod = (frame, self, callback) => {
  const result: unknown[] = [];
  for (let index = 0; index < self.length; index++) {
    if (!callback(frame, self[index], index, self)) continue;
    if (result.length >= frame.limits.maxArrayLength) reserveList(frame, result.length + 1);
    result.push(self[index]);
  }
  return result;
};

/** Index of the first hit in the given direction, or -1. */
function seek(frame: Frame, self: List, callback: Callback, backwards = false): number {
  for (let step = 0; step < self.length; step++) {
    const index = backwards ? self.length - 1 - step : step;
    if (callback(frame, self[index], index, self)) return index;
  }
  return -1;
}

const flatMap: CallbackMethod = (frame, self, callback) => {
  const result: unknown[] = [];
  for (let index = 0; index < self.length; index++) {
    const item = callback(frame, self[index], index, self);
    const more: List = Array.isArray(item) ? item : [item];
    charge(frame, more.length);
    if (result.length + more.length > frame.limits.maxArrayLength) reserveList(frame, result.length + more.length);
    for (let at = 0; at < more.length; at++) result.push(more[at]);
  }
  return result;
};

function fold(direction: 1 | -1): CallbackMethod {
  return (frame, self, callback, args) => {
    let index = direction === 1 ? 0 : self.length - 1;
    let value = args[1];
    if (args.length < 2) {
      if (self.length === 0) {
        throw new Fault('expression_type', 'reduce of an empty list needs a start value: reduce((a, b) => ..., 0).');
      }
      value = self[index];
      index += direction;
    }
    for (; index >= 0 && index < self.length; index += direction)
      value = callback(frame, value, self[index], index, self);
    return value;
  };
}

/** A sorted copy by the callback's sign. */
const sortBy: CallbackMethod = (frame, self, callback) => {
  reserveList(frame, self.length);
  return self.toSorted((a, b) => toNumber(frame, callback(frame, a, b)) || 0);
};

/** A sorted copy by the texts of the elements, undefined last, as JavaScript sorts without a function. */
export function sortByText(frame: Frame, self: List): unknown[] {
  reserveList(frame, self.length);
  charge(frame, self.length * Math.ceil(Math.log2(self.length + 1)));
  const keyed = self.filter((value) => value !== undefined).map((value) => ({ value, key: toText(frame, value) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key === b.key ? 0 : 1));
  const sorted: unknown[] = keyed.map(({ value }) => value);
  while (sorted.length < self.length) sorted.push(undefined);
  return sorted;
}

/** Methods of lists that take a function as their first argument. */
export const callbackMethods: ReadonlyMap<string, CallbackMethod> = new Map<string, CallbackMethod>([
  ['every', (frame, self, callback) => seek(frame, self, (...args) => !callback(...args)) < 0],
  ['filter', filter],
  ['find', (frame, self, callback) => self[seek(frame, self, callback)]],
  ['findIndex', (frame, self, callback) => seek(frame, self, callback)],
  ['findLast', (frame, self, callback) => self[seek(frame, self, callback, true)]],
  ['findLastIndex', (frame, self, callback) => seek(frame, self, callback, true)],
  ['flatMap', flatMap],
  ['map', map],
  ['reduce', fold(1)],
  ['reduceRight', fold(-1)],
  ['some', (frame, self, callback) => seek(frame, self, callback) >= 0],
  ['sort', sortBy],
  ['toSorted', sortBy],
]);
