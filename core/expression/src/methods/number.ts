import { toInteger } from '../convert.ts';
import { charge } from '../frame.ts';
import type { Method, MethodTable } from './method.ts';

// Digit generation is the slowest thing one step can ask for.
const digitSteps = 10;
// Up to 1,100 of them in base 2.
const radixSteps = 80;

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
  [
    'toString',
    (frame, self, args) => {
      const radix = toInteger(frame, args[0], 10);
      charge(frame, radix === 10 ? digitSteps : radixSteps);
      return self.toString(radix);
    },
  ],
  ['valueOf', (_frame, self) => self],
]);

/** Methods of booleans. */
export const booleanMethods: MethodTable<boolean> = new Map<string, Method<boolean>>([
  ['toString', (_frame, self) => String(self)],
  ['valueOf', (_frame, self) => self],
]);
