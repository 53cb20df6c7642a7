import { toText } from '../convert.ts';
import { arrayFunctions } from './array.ts';
import { parseDate, utcTime } from './date.ts';
import { numberConstants, numberFunctions, stringFunctions } from './functions.ts';
import { parse, stringify } from './json.ts';
import { mathConstants, mathFunctions } from './math.ts';
import type { BuiltIn } from './method.ts';
import { objectFunctions } from './object.ts';

/** A name that holds functions and constants and is no value itself. */
export interface Namespace {
  readonly functions: ReadonlyMap<string, BuiltIn>;
  readonly constants: ReadonlyMap<string, number>;
}

const none: ReadonlyMap<string, number> = new Map();

/** All namespaces by name. */
export const namespaces: ReadonlyMap<string, Namespace> = new Map<string, Namespace>([
  ['Array', { functions: arrayFunctions, constants: none }],
  [
    'Date',
    {
      functions: new Map<string, BuiltIn>([
        ['UTC', utcTime],
        ['now', (frame) => frame.scope.now],
        ['parse', (frame, args) => parseDate(frame, toText(frame, args[0]))],
      ]),
      constants: none,
    },
  ],
  [
    'JSON',
    {
      functions: new Map<string, BuiltIn>([
        ['parse', parse],
        ['stringify', stringify],
      ]),
      constants: none,
    },
  ],
  ['Math', { functions: mathFunctions, constants: mathConstants }],
  ['Number', { functions: numberFunctions, constants: numberConstants }],
  ['Object', { functions: objectFunctions, constants: none }],
  ['String', { functions: stringFunctions, constants: none }],
]);
