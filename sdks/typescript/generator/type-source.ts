/** A JSON Schema as plain data. */
export type Schema = Readonly<Record<string, unknown>>;

/** Collects named types and writes them out. */
export interface TypeSource {
  /** The TypeScript expression of a schema. `scope` names what collides. */
  expression(schema: unknown, scope: string): string;
  /** Declares `name` for a schema unless the schema has a name of its own; answers the name to use. */
  declare(schema: unknown, name: string): string;
  /** All declarations, sorted by name. */
  declarations(): string;
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const identifier = /^[A-Za-z_$][\w$]*$/;
const keyOf = (name: string): string => (identifier.test(name) ? name : JSON.stringify(name));

/** Types from schemas: titled ones get a declaration, equal ones share it, different ones of one title get a scope in front. */
export function typeSource(): TypeSource {
  const names = new Map<string, string>();
  const bodies = new Map<string, string>();

  const named = (schema: Schema, wanted: string, scope: string, root: Schema): string => {
    const text = JSON.stringify(schema);
    for (const name of [wanted, `${wanted}Input`, `${scope}${wanted}`]) {
      if (name.endsWith('Input') && !scope.endsWith('Input') && name !== wanted) continue;
      const known = names.get(name);
      if (known === text) return name;
      if (known !== undefined) continue;
      names.set(name, text);
      bodies.set(name, declaration(schema, name, expand(schema, scope, root)));
      return name;
    }
    throw new Error(`No name is free for a schema titled ${wanted} in ${scope}.`);
  };
  const visit = (node: unknown, scope: string, root: Schema): string => {
    if (node === false) return 'never';
    if (!isSchema(node)) return 'unknown';
    if (typeof node['title'] === 'string') return named(node, pascalCase(node['title']), scope, root);
    return expand(node, scope, root);
  };
  const expand = (schema: Schema, scope: string, root: Schema): string => {
    const reference = schema['$ref'];
    if (typeof reference === 'string') return referenced(reference, scope, root);
    if ('const' in schema) return JSON.stringify(schema['const']);
    if (Array.isArray(schema['enum'])) return union(schema['enum'].map((value) => JSON.stringify(value)));
    const branches = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(branches)) return union(branches.map((branch) => visit(branch, scope, root)));
    if (Array.isArray(schema['allOf']))
      return schema['allOf'].map((part) => grouped(visit(part, scope, root))).join(' & ');
    const types = [schema['type']].flat();
    return union(types.map((type) => ofType(type, schema, scope, root)));
  };
  const referenced = (reference: string, scope: string, root: Schema): string => {
    const key = /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1];
    const definitions = root['$defs'];
    const target = key !== undefined && isSchema(definitions) ? definitions[key] : undefined;
    if (key === undefined || !isSchema(target)) throw new Error(`${scope}: the reference ${reference} leads nowhere.`);
    return named(target, pascalCase((target['title'] as string | undefined) ?? `${scope}_${key}`), scope, root);
  };
  const ofType = (type: unknown, schema: Schema, scope: string, root: Schema): string => {
    if (type === 'string' || type === 'boolean' || type === 'null') return type;
    if (type === 'integer' || type === 'number') return 'number';
    if (type === 'array') return `readonly ${grouped(visit(schema['items'], scope, root))}[]`;
    if (type === 'object') return objectType(schema, scope, root);
    return 'unknown';
  };
  const objectType = (schema: Schema, scope: string, root: Schema): string => {
    const properties = isSchema(schema['properties']) ? schema['properties'] : {};
    const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
    const members = Object.entries(properties).map(([name, child]) => {
      const note =
        isSchema(child) && typeof child['description'] === 'string' ? `/** ${comment(child['description'])} */ ` : '';
      return `${note}readonly ${keyOf(name)}${required.has(name) ? '' : '?'}: ${visit(child, scope, root)};`;
    });
    const patterns = isSchema(schema['patternProperties']) ? Object.values(schema['patternProperties']) : [];
    const additional = schema['additionalProperties'];
    const open = [...patterns, ...(isSchema(additional) ? [additional] : [])].map((child) => visit(child, scope, root));
    const isFree = additional === true || (additional === undefined && members.length === 0 && patterns.length === 0);
    if (members.length === 0)
      return open.length > 0
        ? `Readonly<Record<string, ${union(open)}>>`
        : isFree
          ? 'Readonly<Record<string, unknown>>'
          : 'Readonly<Record<string, never>>';
    const record = open.length > 0 || additional === true ? ' & Readonly<Record<string, unknown>>' : '';
    return `{ ${members.join(' ')} }${record}`;
  };
  const declaration = (schema: Schema, name: string, body: string): string => {
    const note = typeof schema['description'] === 'string' ? `/** ${comment(schema['description'])} */\n` : '';
    return `${note}export type ${name} = ${body};`;
  };
  return {
    expression: (schema, scope) => visit(schema, scope, isSchema(schema) ? schema : {}),
    declare(schema, name) {
      const root = isSchema(schema) ? schema : {};
      return typeof root['title'] === 'string' ? visit(root, name, root) : named(root, name, name, root);
    },
    declarations: () =>
      [...bodies]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, body]) => body)
        .join('\n\n'),
  };
}

/** `things.create_all` as `ThingsCreateAll`. */
export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_all, first: string) => first.toUpperCase());
}

const comment = (text: string): string => text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ').trim();
const grouped = (expression: string): string =>
  /[|&]|^readonly /.test(expression) && !/^[{(].*[)}]$/.test(expression) ? `(${expression})` : expression;
const union = (parts: readonly string[]): string => {
  const unique = [...new Set(parts)];
  return unique.includes('unknown') ? 'unknown' : unique.join(' | ');
};
