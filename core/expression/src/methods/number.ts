import { toInteger } from '../convert.ts';
import { charge } from '../frame.ts';
import type { Method, MethodTable } from './method.ts';

// Digit generation is the slowest thing one step can ask for.
const digitSteps = 10;

function digits(run: (self: number, count: number | undefined) => string): Method<number> {
  return (frame, self, args) => {
    charge(frame, digitSteps);
    return run(self, args[0] === undefined ? undefined : toInteger(frame, args[0]));
  };
}

/** Methods of numbers; `toLocaleString` is absent because its result depends on the machine. */
export const numberMethods: MethodTable<number> = new Map<string, Method<number>>([
  ['toExponential', digits((self, count) => self.toExponential(count))],
  ['toFixed', digits((self, count) => self.toFixed(count))],
  ['toPrecision', digits((self, count) => self.toPrecision(count))],
  ['toString', digits((self, radix) => self.toString(radix))],
  ['valueOf', (_frame, self) => self],
]);

/** Methods of booleans. */
export const booleanMethods: MethodTable<boolean> = new Map<string, Method<boolean>>([
  ['toString', (_frame, self) => String(self)],
  ['valueOf', (_frame, self) => self],
]);
