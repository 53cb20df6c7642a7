import { isRecord } from '@conv3n/platform';

/** A schema in a document being built. */
export type DocumentSchema = Record<string, unknown>;

/** Named schemas of a document: titled ones are shared, equal ones are one. */
export interface SchemaNames {
  /** The schema with every titled part and every local definition replaced by a reference. `scope` names what has no title. */
  place(schema: unknown, scope: string): unknown;
  readonly schemas: Readonly<Record<string, DocumentSchema>>;
}

/** Collects named schemas under `#/components/schemas/`. Two different schemas of one title get `Title` and `TitleInput`, `Title2`, ... */
export function schemaNames(): SchemaNames {
  const schemas: Record<string, DocumentSchema> = {};
  const texts = new Map<string, string>();
  const nameFor = (title: string, text: string, scope: string): { readonly name: string; readonly isNew: boolean } => {
    const plain = title.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? '');
    const candidates = [plain, ...(scope.endsWith('Input') ? [`${plain}Input`] : [])];
    for (let index = 2; candidates.length < 50; index += 1) candidates.push(`${plain}${index}`);
    for (const name of candidates) {
      const known = texts.get(name);
      if (known === text) return { name, isNew: false };
      if (known === undefined) {
        texts.set(name, text);
        return { name, isNew: true };
      }
    }
    return { name: `${scope}${plain}`, isNew: true };
  };
  const name = (schema: Record<string, unknown>, title: string, scope: string, root: unknown): DocumentSchema => {
    const chosen = nameFor(title, JSON.stringify(schema), scope);
    if (chosen.isNew) schemas[chosen.name] = walk(schema, scope, root) as DocumentSchema;
    return { $ref: `#/components/schemas/${chosen.name}` };
  };
  const visit = (node: unknown, scope: string, root: unknown): unknown => {
    if (isRecord(node) && typeof node['title'] === 'string') return name(node, node['title'], scope, root);
    return walk(node, scope, root);
  };
  const walk = (node: unknown, scope: string, root: unknown): unknown => {
    if (Array.isArray(node)) return node.map((item) => visit(item, scope, root));
    if (!isRecord(node)) return node;
    const result: DocumentSchema = {};
    for (const [key, value] of Object.entries(node)) {
      if (key === '$defs' || key === '$id' || key === '$schema') continue;
      if (key === '$ref' && typeof value === 'string') result[key] = reference(value, scope, root);
      else if (isMap.has(key) && isRecord(value)) {
        result[key] = Object.fromEntries(
          Object.entries(value).map(([field, child]) => [field, visit(child, scope, root)]),
        );
      } else if (isData.has(key)) result[key] = value;
      else result[key] = visit(value, scope, root);
    }
    return result;
  };
  const reference = (pointer: string, scope: string, root: unknown): string => {
    const match = /^#\/\$defs\/([^/]+)$/.exec(pointer);
    const target = match && isRecord(root) && isRecord(root['$defs']) ? root['$defs'][match[1] as string] : undefined;
    if (!match || !isRecord(target)) return pointer;
    const key = (target['title'] as string | undefined) ?? `${scope}_${match[1]}`;
    return (name(target, key, scope, root) as { $ref: string }).$ref;
  };
  return { schemas, place: (schema, scope) => visit(schema, scope, schema) };
}

const isMap: ReadonlySet<string> = new Set(['properties', 'patternProperties', 'dependentSchemas']);
const isData: ReadonlySet<string> = new Set(['default', 'examples', 'example', 'const', 'enum', 'x-conv3n']);

/** A schema of OpenAPI 3.1 in the dialect of 3.0: what 3.0 lacks is rewritten where possible and left out where not. */
export function toOpenApi30(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toOpenApi30);
  if (!isRecord(node)) return node;
  const result: DocumentSchema = {};
  for (const [key, value] of Object.entries(node)) {
    if (dropped30.has(key)) continue;
    if (key === 'const') result['enum'] = [value];
    else if (key === 'examples' && Array.isArray(value)) result['example'] = value[0];
    else if (key === 'type' && Array.isArray(value)) Object.assign(result, typeList30(value));
    else if (key === 'exclusiveMinimum' && typeof value === 'number')
      Object.assign(result, { minimum: value, exclusiveMinimum: true });
    else if (key === 'exclusiveMaximum' && typeof value === 'number')
      Object.assign(result, { maximum: value, exclusiveMaximum: true });
    else if (key === 'patternProperties') result['additionalProperties'] ??= {};
    else if (isMap.has(key) && isRecord(value))
      result[key] = Object.fromEntries(Object.entries(value).map(([field, child]) => [field, schema30(child)]));
    else if (isData.has(key)) result[key] = value;
    else result[key] = toOpenApi30(value);
  }
  return nullable30(result);
}

const dropped30: ReadonlySet<string> = new Set([
  'if',
  'then',
  'else',
  'propertyNames',
  'contains',
  'prefixItems',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
]);

const schema30 = (schema: unknown): unknown =>
  schema === true ? {} : schema === false ? { not: {} } : toOpenApi30(schema);

function typeList30(types: readonly unknown[]): DocumentSchema {
  const others = types.filter((type) => type !== 'null');
  const nullable = others.length < types.length ? { nullable: true } : {};
  return others.length === 1
    ? { type: others[0], ...nullable }
    : { anyOf: others.map((type) => ({ type })), ...nullable };
}

/** `anyOf` with a null branch becomes `nullable`; a bare null type becomes an empty nullable enum. */
function nullable30(schema: DocumentSchema): DocumentSchema {
  if (schema['type'] === 'null') return { nullable: true, enum: [null] };
  const branches = schema['anyOf'];
  if (!Array.isArray(branches)) return schema;
  const isNull = (branch: unknown): boolean =>
    isRecord(branch) && branch['nullable'] === true && Array.isArray(branch['enum']) && branch['enum'][0] === null;
  const others = branches.filter((branch) => !isNull(branch));
  if (others.length === branches.length) return schema;
  const { anyOf: _, ...rest } = schema;
  return others.length === 1 && !(others[0] as DocumentSchema)['$ref']
    ? { ...rest, ...(others[0] as DocumentSchema), nullable: true }
    : { ...rest, anyOf: others, nullable: true };
}

/** The schemas of a document rewritten for 3.0; everything else has the same form in both. */
export function documentAs30(document: Record<string, unknown>): Record<string, unknown> {
  const rewrite = (node: unknown, isSchema: boolean): unknown => {
    if (isSchema) return toOpenApi30(node);
    if (Array.isArray(node)) return node.map((item) => rewrite(item, false));
    if (!isRecord(node)) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        if (key === 'schemas' && isRecord(value))
          return [key, Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, toOpenApi30(schema)]))];
        return [key, rewrite(value, key === 'schema' || key === 'x-event')];
      }),
    );
  };
  return rewrite(document, false) as Record<string, unknown>;
}
