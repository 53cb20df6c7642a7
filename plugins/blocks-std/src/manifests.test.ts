import { isRecord, type JsonObject, type JsonSchema } from '@conv3n/platform';
import type { BlockManifest, FieldAnnotation } from '@conv3n/workflow';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { codeManifest } from './code-block.ts';
import { conditionManifest } from './condition-block.ts';
import { databaseManifest } from './database-block.ts';
import { fileManifest } from './files/file-block.ts';
import { httpManifest } from './http/http-config.ts';
import { transformManifest } from './transform/transform-block.ts';

const manifests = [transformManifest, conditionManifest, httpManifest, databaseManifest, fileManifest, codeManifest];
const ajv = new Ajv2020({ strict: true, keywords: ['x-conv3n'], allowUnionTypes: true, strictRequired: false });

const modes: readonly unknown[] = [undefined, 'template', 'expression', 'raw', 'each'];
const widgets = [
  'text',
  'multiline',
  'code',
  'json',
  'cron',
  'duration',
  'select',
  'keyvalue',
  'cases',
  'graph',
  'sql',
];

/** Every named field of a config schema, nested objects and list elements included. */
function fieldsOf(schema: JsonSchema, path = ''): [path: string, field: JsonSchema][] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, inner]): [string, JsonSchema][] => [
    [`${path}/${name}`, inner],
    ...fieldsOf(inner, `${path}/${name}`),
  ]);
  const { items } = schema;
  return isRecord(items) && 'properties' in items && 'title' in items ? [...own, ...fieldsOf(items, `${path}/-`)] : own;
}

describe.each(manifests.map((manifest) => [manifest.type, manifest] as const))(
  'the manifest of %s',
  (_type, manifest: BlockManifest) => {
    it('is plain JSON', () => {
      expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
    });

    it('has a title, one sentence of description, an icon and an example', () => {
      expect(manifest.title).toMatch(/^[A-Z]/);
      expect(manifest.description).toMatch(/^[A-Z][^.]*\.$/);
      expect(manifest.icon).toMatch(/^[a-z0-9-]+$/);
      expect(manifest.example).toBeDefined();
    });

    it('describes every field with title, sentence and annotation', () => {
      const fields = fieldsOf(manifest.config);
      expect(fields.length).toBeGreaterThan(1);
      for (const [path, field] of fields) {
        const annotation = field['x-conv3n'] as FieldAnnotation | undefined;
        expect(field.title, path).toMatch(/^[A-Z]/);
        expect(field.description, path).toMatch(/\.$/);
        expect(annotation, path).toBeDefined();
        expect(modes, path).toContain(annotation?.mode);
        if (annotation?.widget) expect(widgets, path).toContain(annotation.widget);
      }
    });

    it('accepts its example and refuses an unknown field, in the eyes of another validator', () => {
      const check = ajv.compile(manifest.config);
      expect(check(manifest.example), JSON.stringify(check.errors)).toBe(true);
      expect(check({ ...manifest.example, unknownField: 1 })).toBe(false);
    });

    it('offers ports, and tests only fields that exist in its effect rule', () => {
      expect(manifest.ports.fixed.length).toBeGreaterThan(0);
      const paths = fieldsOf(manifest.config).map(([path]) => path);
      if (manifest.ports.fromConfig) expect(paths).toContain(manifest.ports.fromConfig);
      for (const { path } of manifest.effect.cases?.flatMap(({ all }) => all) ?? []) {
        expect(
          paths.some((known) => path === known || path.startsWith(`${known}/`)),
          path,
        ).toBe(true);
      }
    });
  },
);

describe('manifests', () => {
  it('mark exactly these fields as taking secrets', () => {
    const secret = manifests.flatMap((manifest) =>
      fieldsOf(manifest.config)
        .filter(([, field]) => (field['x-conv3n'] as FieldAnnotation).secret)
        .map(([path]) => `${manifest.type}${path}`),
    );
    expect(secret.map((name) => name.replace('std/http_request/', ''))).toEqual([
      'headers',
      'query',
      'body',
      'auth/token',
      'auth/username',
      'auth/password',
      'auth/value',
    ]);
  });

  it.each([
    [
      httpManifest,
      {
        url: 'https://a.test',
        headers: { a: { $secret: 'x' } },
        query: { q: ['a', 1] },
        auth: { type: 'bearer', token: { $secret: 't' } },
      },
    ],
    [conditionManifest, { cases: [{ when: true, port: 'big' }] }],
    [
      codeManifest,
      {
        code: 'x',
        manifest: { hosts: ['a.test:443'], packages: { a: '1' }, files: ['a', { path: 'b', access: 'write' }] },
      },
    ],
    [transformManifest, { set: {}, keep: true, convert: { a: 'date' }, map: { a: '{{ $item }}' } }],
  ] as const)('accept what a config evaluates to (%#)', (manifest, config: JsonObject) => {
    const check = ajv.compile(manifest.config);
    expect(check(config), JSON.stringify(check.errors)).toBe(true);
  });

  it.each([
    [httpManifest, { url: '' }],
    [httpManifest, { url: 'https://a.test', method: 'TRACE' }],
    [conditionManifest, {}],
    [conditionManifest, { if: true, cases: [] }],
    [conditionManifest, { cases: [{ when: 1, port: 'a b' }] }],
    [transformManifest, {}],
    [transformManifest, { convert: { a: 'money' } }],
    [databaseManifest, { connection: 'a', query: 'b', mode: '{{ $vars.mode }}' }],
    [fileManifest, { operation: 'chmod', path: 'x' }],
  ] as const)('refuse configs that cannot work (%#)', (manifest, config: JsonObject) => {
    expect(ajv.compile(manifest.config)(config)).toBe(false);
  });
});
