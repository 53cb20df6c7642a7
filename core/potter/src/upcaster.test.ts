import { describe, expect, test } from 'vitest';
import type { RecordedEvent } from './event.ts';
import { currentSchemaVersion, type Upcasters, upcastEvent } from './upcaster.ts';

const upcasters: Upcasters = {
  Named: [
    ({ name, ...rest }) => ({
      ...rest,
      first: String(name).split(' ')[0] ?? '',
      last: String(name).split(' ')[1] ?? '',
    }),
    (data) => ({ ...data, country: 'unknown' }),
  ],
  Broken: [
    () => {
      throw new Error('no');
    },
  ],
};
const event = (type: string, schemaVersion: number, data = {}): RecordedEvent => ({
  stream: 's',
  version: 1,
  position: 9,
  type,
  schemaVersion,
  data,
  time: 0,
  metadata: {},
});

describe('upcasting', () => {
  test('runs the rest of the chain from any version', () => {
    const last = { first: 'Ada', last: 'Lovelace', country: 'unknown' };
    expect(upcastEvent(upcasters, event('Named', 1, { name: 'Ada Lovelace' }))).toMatchObject({
      schemaVersion: 3,
      data: last,
    });
    expect(upcastEvent(upcasters, event('Named', 2, { first: 'Ada', last: 'Lovelace' }))).toMatchObject({ data: last });
  });

  test('leaves present events alone', () => {
    const present = event('Named', 3);
    expect(upcastEvent(upcasters, present)).toBe(present);
    expect([currentSchemaVersion(upcasters, 'Named'), currentSchemaVersion(upcasters, 'toString')]).toEqual([3, 1]);
  });

  test('refuses events of the future and names a failing upcaster', () => {
    expect(() => upcastEvent(upcasters, event('Plain', 2))).toThrow(
      expect.objectContaining({ code: 'event_schema_newer' }),
    );
    expect(() => upcastEvent(upcasters, event('Broken', 1))).toThrow(
      expect.objectContaining({ code: 'upcast_failed', details: { type: 'Broken', from: 1, position: 9 } }),
    );
  });
});
