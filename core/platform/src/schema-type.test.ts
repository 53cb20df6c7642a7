import { Type as TypeBox } from 'typebox';
import { describe, expect, it } from 'vitest';
import { Type } from './schema-type.ts';

const plain = (schema: unknown) => JSON.parse(JSON.stringify(schema)) as unknown;

describe('Type', () => {
  it('builds what TypeBox builds', () => {
    const build = (T: typeof Type | typeof TypeBox) => {
      const type = T as typeof Type;
      return type.Object(
        {
          id: type.String({ minLength: 1 }),
          count: type.Optional(type.Integer({ minimum: 0 })),
          kind: type.Union([type.Literal('a'), type.Literal(2), type.Null()]),
          list: type.Optional(type.Array(type.Boolean(), { maxItems: 3 })),
          any: type.Optional(type.Unknown()),
        },
        { additionalProperties: false },
      );
    };
    expect(plain(build(Type))).toEqual(plain(build(TypeBox)));
  });

  it('leaves required out when every property is optional', () => {
    expect(plain(Type.Object({ a: Type.Optional(Type.String()) }))).toEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
    });
  });

  it('does not make the schema itself optional elsewhere', () => {
    const name = Type.String();
    const first = Type.Object({ name: Type.Optional(name) });
    expect(first.required).toBeUndefined();
    expect(Type.Object({ name }).required).toEqual(['name']);
  });
});
