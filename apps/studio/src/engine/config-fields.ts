import type { BlockManifest, FieldAnnotation } from '@conv3n/workflow';

type Schema = Readonly<Record<string, unknown>>;

/** The form control a config field gets. */
export type FieldKind =
  | 'text'
  | 'multiline'
  | 'secret'
  | 'number'
  | 'boolean'
  | 'select'
  | 'keyvalue'
  | 'list'
  | 'cases'
  | 'duration'
  | 'cron'
  | 'code'
  | 'json'
  | 'graph';

/** A field of a block's config as the form shows it. */
export interface ConfigField {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly annotation: FieldAnnotation;
  readonly fallback?: unknown;
  readonly schema: Schema;
}

function record(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

function branches(schema: Schema): readonly Schema[] {
  const list = (schema['anyOf'] ?? schema['oneOf'] ?? []) as readonly unknown[];
  return list.map(record);
}

function choicesOf(schema: Schema): readonly string[] {
  if (Array.isArray(schema['enum'])) return schema['enum'].map(String);
  const constants = branches(schema).filter((branch) => branch['const'] !== undefined);
  return constants.length > 0 && constants.length === branches(schema).length
    ? constants.map((branch) => String(branch['const']))
    : [];
}

function typeOf(schema: Schema): string {
  if (typeof schema['type'] === 'string') return schema['type'];
  const types = new Set(branches(schema).map((branch) => branch['type']));
  return types.has('number') || types.has('integer')
    ? 'number'
    : types.has('boolean')
      ? 'boolean'
      : String(types.size === 1 ? [...types][0] : 'any');
}

function isDictionary(schema: Schema): boolean {
  if (schema['properties'] !== undefined) return false;
  return (
    schema['patternProperties'] !== undefined ||
    (schema['type'] === 'object' && schema['additionalProperties'] !== false)
  );
}

function kindOf(schema: Schema, annotation: FieldAnnotation, choices: readonly string[]): FieldKind {
  switch (annotation.widget) {
    case 'code':
    case 'sql':
      return 'code';
    case 'json':
      return typeOf(schema) === 'array' && record(schema['items'])['type'] === 'string' ? 'list' : 'json';
    case 'text':
      if (annotation.secret !== true) return 'text';
      break;
    case 'multiline':
    case 'cron':
    case 'duration':
    case 'keyvalue':
    case 'cases':
    case 'graph':
      return annotation.widget;
    default:
      break;
  }
  if (annotation.secret === true) return 'secret';
  if (choices.length > 0) return 'select';
  switch (typeOf(schema)) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return record(schema['items'])['type'] === 'string' ? 'list' : 'json';
    case 'object':
      return isDictionary(schema) ? 'keyvalue' : 'json';
    default:
      return annotation.mode === 'expression' ? 'text' : 'json';
  }
}

/** `maxBytes` becomes `Max bytes`. */
export function fieldTitle(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** True when a config holds exactly one of its fields, such as `if` or `cases`. */
export function isExclusive(manifest: Pick<BlockManifest, 'config'>): boolean {
  return record(manifest.config)['maxProperties'] === 1;
}

/** The fields of a block's config in schema order; alternatives (`anyOf`) are shown together. */
export function configFields(manifest: Pick<BlockManifest, 'config'>): readonly ConfigField[] {
  const schema = record(manifest.config);
  const parts = [schema, ...branches(schema), ...((schema['allOf'] ?? []) as unknown[]).map(record)];
  const fields = new Map<string, ConfigField>();
  for (const part of parts) {
    const required = new Set((schema['required'] ?? []) as string[]);
    for (const [name, value] of Object.entries(record(part['properties']))) {
      if (fields.has(name)) continue;
      const field = record(value);
      const annotation = record(field['x-conv3n']) as FieldAnnotation;
      const choices = choicesOf(field);
      fields.set(name, {
        name,
        title: typeof field['title'] === 'string' ? field['title'] : fieldTitle(name),
        ...(typeof field['description'] === 'string' ? { description: field['description'] } : {}),
        kind: kindOf(field, annotation, choices),
        required: required.has(name),
        choices,
        annotation,
        ...(field['default'] === undefined ? {} : { fallback: field['default'] }),
        schema: field,
      });
    }
  }
  return [...fields.values()];
}

/** One line that tells what a node does, from the first telling field of its config. */
export function configSummary(config: Readonly<Record<string, unknown>> | undefined): string {
  if (config === undefined) return '';
  const method = typeof config['method'] === 'string' ? `${config['method']} ` : '';
  for (const key of [
    'path',
    'url',
    'if',
    'schedule',
    'every',
    'items',
    'duration',
    'until',
    'query',
    'name',
    'operation',
    'workflow',
  ]) {
    const value = config[key];
    if (typeof value !== 'string' || value === '') continue;
    const text = value.replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, '');
    return key === 'path' || key === 'url' ? `${method}${text.replace(/^https?:\/\//, '')}` : text;
  }
  const set = config['set'];
  if (typeof set === 'object' && set !== null) return Object.keys(set).join(', ');
  const cases = config['cases'];
  return Array.isArray(cases) ? `${cases.length} cases` : '';
}
