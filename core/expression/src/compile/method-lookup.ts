import type { Callback, Frame } from '../frame.ts';
import { dateMethods } from '../methods/date.ts';
import { listMethods } from '../methods/list.ts';
import { callbackMethods, sortByText } from '../methods/list-callback.ts';
import { booleanMethods, numberMethods } from '../methods/number.ts';
import { textMethods } from '../methods/text.ts';

type Run = (frame: Frame, self: unknown, args: readonly unknown[]) => unknown;

/** All methods of one name. */
export interface MethodLookup {
  /** Whether the first argument is a function. */
  readonly callback: 'none' | 'optional' | 'needed';
  /** The types that have the method, for messages. */
  readonly owners: string;
  /** The method of a value's type; undefined when its type has none of this name. */
  pick(self: unknown): Run | undefined;
}

/** Every method name of the language. */
export function methodNames(): Set<string> {
  return new Set(
    [textMethods, listMethods, callbackMethods, numberMethods, dateMethods].flatMap((table) => [...table.keys()]),
  );
}

function listRun(name: string): Run | undefined {
  const withCallback = callbackMethods.get(name);
  if (!withCallback) return listMethods.get(name) as Run | undefined;
  const sorts = name === 'sort' || name === 'toSorted';
  return (frame, self, args) => {
    const callback = args[0] as Callback | undefined;
    const list = self as readonly unknown[];
    return callback === undefined && sorts
      ? sortByText(frame, list)
      : withCallback(frame, list, callback as Callback, args);
  };
}

/** The methods called `name`; undefined when no type has one. */
export function findMethod(name: string): MethodLookup | undefined {
  const text = textMethods.get(name) as Run | undefined;
  const list = listRun(name);
  const number = numberMethods.get(name) as Run | undefined;
  const boolean = booleanMethods.get(name) as Run | undefined;
  const date = dateMethods.get(name) as Run | undefined;
  if (!text && !list && !number && !date) return undefined;
  const owners = [text && 'text', list && 'lists', number && 'numbers', date && 'dates'].filter(Boolean).join(', ');
  const sorts = name === 'sort' || name === 'toSorted';
  return {
    callback: !callbackMethods.has(name) ? 'none' : sorts ? 'optional' : 'needed',
    owners,
    pick(self) {
      if (typeof self === 'string') return text;
      if (Array.isArray(self)) return list;
      if (typeof self === 'number') return number;
      if (typeof self === 'boolean') return boolean;
      return self instanceof Date ? date : undefined;
    },
  };
}
