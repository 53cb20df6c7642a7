import { toNumber } from '../convert.ts';
import { charge } from '../frame.ts';
import type { BuiltIn } from './method.ts';

const unary = [
  'abs',
  'acos',
  'acosh',
  'asin',
  'asinh',
  'atan',
  'atanh',
  'cbrt',
  'ceil',
  'clz32',
  'cos',
  'cosh',
  'exp',
  'expm1',
  'floor',
  'fround',
  'log',
  'log10',
  'log1p',
  'log2',
  'round',
  'sign',
  'sin',
  'sinh',
  'sqrt',
  'tan',
  'tanh',
  'trunc',
] as const;
const binary = ['atan2', 'imul', 'pow'] as const;
const constants = ['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'] as const;

/** Combines all arguments pair by pair, so that a long list never becomes host arguments. */
function combining(start: number, combine: (a: number, b: number) => number): BuiltIn {
  return (frame, args) => {
    charge(frame, args.length >> 3);
    let result = start;
    for (let index = 0; index < args.length; index++) result = combine(result, toNumber(frame, args[index]));
    return result;
  };
}

/** Functions of `Math`; `random` draws from the scope. */
export const mathFunctions: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ...unary.map((name): [string, BuiltIn] => [name, (frame, args) => Math[name](toNumber(frame, args[0]))]),
  ...binary.map((name): [string, BuiltIn] => [
    name,
    (frame, args) => Math[name](toNumber(frame, args[0]), toNumber(frame, args[1])),
  ]),
  ['hypot', combining(0, Math.hypot)],
  ['max', combining(Number.NEGATIVE_INFINITY, Math.max)],
  ['min', combining(Number.POSITIVE_INFINITY, Math.min)],
  ['random', (frame) => frame.scope.random()],
]);

/** Constants of `Math`. */
export const mathConstants: ReadonlyMap<string, number> = new Map(constants.map((name) => [name, Math[name]]));
