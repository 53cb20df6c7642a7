import fc from 'fast-check';
import { expect, it } from 'vitest';
import { table } from './table.ts';

it('makes each column as wide as its widest cell and leaves no space at line ends', () => {
  expect(
    table(
      ['A', 'LONGER'],
      [
        ['longest', ''],
        ['x', 'y'],
      ],
      'none',
    ),
  ).toBe('A        LONGER\nlongest\nx        y');
});

it('says the sentence instead when there are no rows', () => {
  expect(table(['A'], [], 'Nothing here.')).toBe('Nothing here.');
});

it('keeps a row on one line and free of control characters, whatever its cells hold', () => {
  expect(table(['A', 'B'], [['one\ntwo', '\u001b[31mred\u0007']], '')).toBe('A        B\none two  red');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 }), (rows) => {
      const lines = table(['A', 'B'], rows, '').split('\n');
      expect(lines).toHaveLength(rows.length + 1);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
      expect(lines.join('')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});
