import { joinList, sameValueZero, strictEquals, toInteger, toText } from '../convert.ts';
import { charge, type Frame, reserveList } from '../frame.ts';
import type { Method, MethodTable } from './method.ts';

type List = readonly unknown[];
type ListMethod = Method<List>;

/** An index counted from the end when negative, kept inside the list. */
function position(frame: Frame, value: unknown, length: number, missing: number): number {
  const index = toInteger(frame, value, missing);
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}

const slice: ListMethod = (frame, self, args) => {
  const start = position(frame, args[0], self.length, 0);
  const end = position(frame, args[1], self.length, self.length);
  reserveList(frame, Math.max(0, end - start));
  return self.slice(start, end);
};

const concat: ListMethod = (frame, self, args) => {
  let length = self.length;
  for (const arg of args) length += Array.isArray(arg) ? arg.length : 1;
  reserveList(frame, length);
  return self.concat(...(args as unknown[]));
};

const includes: ListMethod = (frame, self, args) => {
  const start = position(frame, args[1], self.length, 0);
  charge(frame, (self.length >> 2) + 1);
  for (let index = start; index < self.length; index++) if (sameValueZero(frame, self[index], args[0])) return true;
  return false;
};

const indexOf: ListMethod = (frame, self, args) => {
  const start = position(frame, args[1], self.length, 0);
  charge(frame, (self.length >> 2) + 1);
  for (let index = start; index < self.length; index++) if (strictEquals(frame, self[index], args[0])) return index;
  return -1;
};

const lastIndexOf: ListMethod = (frame, self, args) => {
  const start = args[1] === undefined ? self.length - 1 : toInteger(frame, args[1]);
  charge(frame, (self.length >> 2) + 1);
  const from = start < 0 ? self.length + start : Math.min(start, self.length - 1);
  for (let index = from; index >= 0; index--) if (strictEquals(frame, self[index], args[0])) return index;
  return -1;
};

function flatten(frame: Frame, list: List, depth: number, target: unknown[]): unknown[] {
  charge(frame, list.length);
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (depth > 0 && Array.isArray(item)) {
      flatten(frame, item, depth - 1, target);
    } else {
      if (target.length >= frame.limits.maxArrayLength) reserveList(frame, target.length + 1);
      target.push(item);
    }
  }
  return target;
}

const reverse: ListMethod = (frame, self) => {
  reserveList(frame, self.length);
  return self.toReversed();
};

const fill: ListMethod = (frame, self, args) => {
  const start = position(frame, args[1], self.length, 0);
  const end = position(frame, args[2], self.length, self.length);
  reserveList(frame, self.length);
  return self.slice().fill(args[0], start, end);
};

const entries: ListMethod = (frame, self) => {
  reserveList(frame, self.length);
  charge(frame, 2 * self.length);
  return self.map((value, index) => [index, value]);
};

function copy(frame: Frame, self: List): unknown[] {
  reserveList(frame, self.length);
  return self.slice();
}

function keys(frame: Frame, self: List): number[] {
  reserveList(frame, self.length);
  return self.map((_value, index) => index);
}

function join(frame: Frame, self: List, args: List): string {
  return joinList(frame, self, args[0] === undefined ? ',' : toText(frame, args[0]));
}

/** Methods of lists that take no function. None changes the list it is called on. */
export const listMethods: MethodTable<List> = new Map<string, ListMethod>([
  ['at', (frame, self, args) => self.at(toInteger(frame, args[0]))],
  ['concat', concat],
  ['entries', entries],
  ['fill', fill],
  [
    'flat',
    (frame, self, args) => flatten(frame, self, Math.min(toInteger(frame, args[0], 1), frame.limits.maxDataDepth), []),
  ],
  ['includes', includes],
  ['indexOf', indexOf],
  ['join', join],
  ['keys', keys],
  ['lastIndexOf', lastIndexOf],
  ['reverse', reverse],
  ['slice', slice],
  ['toReversed', reverse],
  ['toString', (frame, self) => joinList(frame, self, ',')],
  ['values', copy],
]);
