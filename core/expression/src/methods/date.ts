/**
 * Dates without the machine's time zone: what JavaScript calls local time is UTC here, so that a replay on another
 * machine sees the same. Dates are never changed.
 */
import { dateText, toNumber, toPrimitive } from '../convert.ts';
import { Fault } from '../errors.ts';
import { charge, type Frame } from '../frame.ts';
import type { Method, MethodTable } from './method.ts';

const parseSteps = 10;
const maxDateText = 100;
// An offset follows a time of day; in `10-12-2024` the last digits are a year.
const zoned = /(Z|GMT|UTC?|[ECMP][SD]T|:\d\d(\.\d+)?\s*(GMT|UTC?)?[+-]\d\d:?\d\d)(\s*\([^()]*\))?$/i;
const parts = ['Date', 'Day', 'FullYear', 'Hours', 'Milliseconds', 'Minutes', 'Month', 'Seconds'] as const;

/** Methods of dates. */
export const dateMethods: MethodTable<Date> = new Map<string, Method<Date>>([
  ...parts.flatMap((part): [string, Method<Date>][] => {
    const read: Method<Date> = (_frame, self) => self[`getUTC${part}`]();
    return [
      [`get${part}`, read],
      [`getUTC${part}`, read],
    ];
  }),
  ['getTime', (_frame, self) => self.getTime()],
  ['getTimezoneOffset', () => 0],
  ['toISOString', isoText],
  ['toJSON', (_frame, self) => (Number.isNaN(self.getTime()) ? null : self.toISOString())],
  ['toString', (_frame, self) => dateText(self)],
  ['valueOf', (_frame, self) => self.getTime()],
]);

function isoText(_frame: Frame, self: Date): string {
  if (Number.isNaN(self.getTime())) throw new Fault('expression_type', 'The date is invalid and has no ISO text.');
  return self.toISOString();
}

/** Milliseconds of a date text; without an offset it is UTC. NaN when it is no date. */
export function parseDate(frame: Frame, text: string): number {
  charge(frame, parseSteps);
  const trimmed = text.length > maxDateText ? '' : text.trim();
  if (trimmed === '') return Number.NaN;
  if (/^[+-]?\d{4,6}(-\d\d(-\d\d)?)?$/.test(trimmed)) return Date.parse(trimmed);
  if (zoned.test(trimmed)) return Date.parse(trimmed);
  return Date.parse(/^[+-]?\d{4,6}-\d\d-\d\dT/.test(trimmed) ? `${trimmed}Z` : `${trimmed} UTC`);
}

/** Milliseconds of year, month (from 0), day and so on, in UTC. */
export function utcTime(frame: Frame, args: readonly unknown[]): number {
  charge(frame, parseSteps);
  const [year = Number.NaN, month = 0, day = 1, hours = 0, minutes = 0, seconds = 0, ms = 0] = args.map((arg) =>
    toNumber(frame, arg),
  );
  return Date.UTC(year, month, day, hours, minutes, seconds, ms);
}

/** `new Date(...)`: without arguments the recorded time. */
export function makeDate(frame: Frame, args: readonly unknown[]): Date {
  if (args.length === 0) return new Date(frame.scope.now);
  if (args.length > 1) return new Date(utcTime(frame, args));
  const value = toPrimitive(frame, args[0], 'number');
  return new Date(typeof value === 'string' ? parseDate(frame, value) : Number(value));
}
