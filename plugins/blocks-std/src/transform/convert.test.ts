import { describe, expect, it } from 'vitest';
import { type ConvertType, convert } from './convert.ts';

const one = (value: unknown, type: ConvertType): unknown => convert({ v: value as null }, { v: type })['v'];

describe('convert', () => {
  it.each([
    ['number', ' 1.5 ', 1.5],
    ['number', '-2e3', -2000],
    ['number', true, 1],
    ['integer', '42', 42],
    ['integer', 7, 7],
    ['boolean', 'Yes', true],
    ['boolean', 0, false],
    ['boolean', false, false],
    ['string', 1.5, '1.5'],
    ['string', { a: 1 }, '{"a":1}'],
    ['string', true, 'true'],
    ['date', 0, '1970-01-01T00:00:00.000Z'],
    ['date', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['date', '2026-03-01 12:30', '2026-03-01T12:30:00.000Z'],
    ['date', '2026-03-01T12:30:00+02:00', '2026-03-01T10:30:00.000Z'],
    ['json', '{"a":[1]}', { a: [1] }],
    ['json', 5, 5],
  ] as const)('makes a %s of %j', (type, value, expected) => {
    expect(one(value, type)).toEqual(expected);
  });

  it.each([
    ['number', ''],
    ['number', '0x10'],
    ['number', '1,5'],
    ['number', 'Infinity'],
    ['number', '1e999'],
    ['number', []],
    ['integer', '1.5'],
    ['integer', 2 ** 53],
    ['boolean', 'maybe'],
    ['boolean', 2],
    ['boolean', ['true']],
    ['date', 'yesterday'],
    ['date', '2026-13-01'],
    ['date', 9e15],
    ['date', true],
    ['json', '{'],
  ] as const)('refuses to make a %s of %j and names the field', (type, value) => {
    expect(() => one(value, type)).toThrow(
      expect.objectContaining({ code: 'convert_failed', message: expect.stringContaining('"v"') }),
    );
  });

  it('leaves null, missing and unnamed fields alone and shortens long values in messages', () => {
    expect(convert({ a: null, b: '1' }, { a: 'number', c: 'number' })).toEqual({ a: null, b: '1' });
    expect(() => one('x'.repeat(500), 'number')).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,160}$/) }),
    );
  });
});
