import type { JsonObject, JsonValue } from '@conv3n/platform';
import { blocksStdErrors } from '../errors.ts';

/** Types a field can be converted to; `date` gives RFC 3339 in UTC. */
export const convertTypes = ['number', 'integer', 'boolean', 'string', 'date', 'json'] as const;

export type ConvertType = (typeof convertTypes)[number];

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const isoDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/i;
const words: Readonly<Record<string, boolean>> = { true: true, false: false, yes: true, no: false, 1: true, 0: false };

type Conversion = (value: JsonValue) => JsonValue | undefined;

const toNumber: Conversion = (value) => {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || !decimal.test(value.trim())) return undefined;
  const number = Number(value.trim());
  return Number.isFinite(number) ? number : undefined;
};

/** Written without an offset, a time is UTC, so that the result does not depend on the machine. */
function parseDate(text: string): number {
  if (!isoDate.test(text)) return Number.NaN;
  const zoned = text.length <= 10 || /(?:Z|[+-]\d{2}:\d{2})$/i.test(text) ? text : `${text}Z`;
  return Date.parse(zoned.replace(' ', 'T'));
}

const conversions: Readonly<Record<ConvertType, Conversion>> = {
  number: toNumber,
  integer(value) {
    const number = toNumber(value);
    return Number.isSafeInteger(number) ? number : undefined;
  },
  boolean(value) {
    const key = String(value).trim().toLowerCase();
    return typeof value !== 'object' && Object.hasOwn(words, key) ? words[key] : undefined;
  },
  string: (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)),
  date(value) {
    const time = typeof value === 'number' ? value : typeof value === 'string' ? parseDate(value.trim()) : Number.NaN;
    const date = new Date(time);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  },
  json: (value) => (typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value),
};

const hints: Readonly<Record<ConvertType, string>> = {
  number: 'a decimal number',
  integer: 'a whole number below 2^53',
  boolean: 'true, false, yes, no, 1 or 0',
  string: 'any value',
  date: 'an ISO 8601 date or milliseconds since 1970',
  json: 'JSON text',
};

function convertOne(name: string, value: JsonValue, type: ConvertType): JsonValue {
  let cause: unknown;
  try {
    const converted = conversions[type](value);
    if (converted !== undefined) return converted;
  } catch (error) {
    cause = error;
  }
  const shown = JSON.stringify(value);
  const text = `The field "${name}" is ${shown.length > 80 ? `${shown.slice(0, 80)}...` : shown}, which is not ${hints[type]}.`;
  throw blocksStdErrors.error('convert_failed', text, { ...(cause !== undefined && { cause }) });
}

/** The object with the named fields converted; missing and null fields stay as they are. @throws Conv3nError `convert_failed` */
export function convert(object: JsonObject, types: Readonly<Record<string, ConvertType>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      return [name, type === undefined || value === null ? value : convertOne(name, value, type)];
    }),
  );
}
