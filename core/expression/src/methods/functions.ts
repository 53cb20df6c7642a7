import { toInteger, toNumber, toText } from '../convert.ts';
import { Fault } from '../errors.ts';
import { charge, chargeText, type Frame, reserveText } from '../frame.ts';
import type { BuiltIn } from './method.ts';

function text(frame: Frame, args: readonly unknown[]): string {
  const value = toText(frame, args[0]);
  chargeText(frame, value.length);
  return value;
}

/** One UTF-16 unit becomes at most `factor` characters. */
function coding(factor: number, run: (value: string) => string): BuiltIn {
  return (frame, args) => {
    const value = toText(frame, args[0]);
    reserveText(frame, value.length * factor);
    charge(frame, value.length >> 2);
    try {
      return run(value);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'malformed text';
      throw new Fault('expression_type', `The text cannot be converted: ${reason}.`);
    }
  };
}

const parseInteger: BuiltIn = (frame, args) =>
  Number.parseInt(text(frame, args), args[1] === undefined ? undefined : toInteger(frame, args[1]));

/** Functions without a namespace. */
export const globalFunctions: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['Boolean', (_frame, args) => Boolean(args[0])],
  ['Number', (frame, args) => (args.length === 0 ? 0 : toNumber(frame, args[0]))],
  ['String', (frame, args) => (args.length === 0 ? '' : toText(frame, args[0]))],
  ['decodeURI', coding(1, decodeURI)],
  ['decodeURIComponent', coding(1, decodeURIComponent)],
  ['encodeURI', coding(9, encodeURI)],
  ['encodeURIComponent', coding(9, encodeURIComponent)],
  ['isFinite', (frame, args) => Number.isFinite(toNumber(frame, args[0]))],
  ['isNaN', (frame, args) => Number.isNaN(toNumber(frame, args[0]))],
  ['parseFloat', (frame, args) => Number.parseFloat(text(frame, args))],
  ['parseInt', parseInteger],
]);

function fromCodes(make: (code: number) => string): BuiltIn {
  return (frame, args) => {
    reserveText(frame, args.length * 2);
    return args.map((arg) => make(toNumber(frame, arg))).join('');
  };
}

/** Functions of `String`. */
export const stringFunctions: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['fromCharCode', fromCodes(String.fromCharCode)],
  ['fromCodePoint', fromCodes(String.fromCodePoint)],
]);

/** Functions of `Number`. */
export const numberFunctions: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['isFinite', (_frame, args) => Number.isFinite(args[0])],
  ['isInteger', (_frame, args) => Number.isInteger(args[0])],
  ['isNaN', (_frame, args) => Number.isNaN(args[0])],
  ['isSafeInteger', (_frame, args) => Number.isSafeInteger(args[0])],
  ['parseFloat', (frame, args) => Number.parseFloat(text(frame, args))],
  ['parseInt', parseInteger],
]);

const numberNames = [
  'EPSILON',
  'MAX_SAFE_INTEGER',
  'MAX_VALUE',
  'MIN_SAFE_INTEGER',
  'MIN_VALUE',
  'NEGATIVE_INFINITY',
  'NaN',
  'POSITIVE_INFINITY',
] as const;

/** Constants of `Number`. */
export const numberConstants: ReadonlyMap<string, number> = new Map(numberNames.map((name) => [name, Number[name]]));
