import type { JsonSchema } from '@conv3n/platform';
import { fieldSchema, followReference } from './operation-definition.ts';

const numberPattern = /^-?(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/;

/** Turns the text of a query parameter, header or path segment into what the schema of a field asks for. */
export type Coercion = (raw: string | readonly string[]) => unknown;

/**
 * The coercion of one input field: numbers, booleans, null and lists of them. Text that does not fit stays text, so that validation can say what is wrong.
 * A repeated parameter is a list; for a field that is no list the last one holds.
 */
export function coercionOf(input: JsonSchema, field: string): Coercion {
  const forms = formsOf(fieldSchema(input, field), input);
  const list = forms.find((form) => form.type === 'array');
  if (list) {
    const items = list.items && !Array.isArray(list.items) && list.items !== true ? (list.items as JsonSchema) : {};
    const one = scalar(formsOf(followReference(items, input), input));
    return (raw) => (typeof raw === 'string' ? [raw] : raw).map(one);
  }
  const one = scalar(forms);
  return (raw) => one(typeof raw === 'string' ? raw : (raw.at(-1) ?? ''));
}

function formsOf(schema: JsonSchema | undefined, root: JsonSchema): readonly JsonSchema[] {
  if (!schema) return [];
  const branches = schema.anyOf ?? schema.oneOf;
  if (!branches) return [schema];
  return branches.flatMap((branch) => formsOf(followReference(branch, root), root));
}

function scalar(forms: readonly JsonSchema[]): (text: string) => unknown {
  const types = new Set<string>();
  for (const form of forms) {
    const named = form.type === undefined ? constantTypes(form) : [form.type].flat();
    for (const type of named) types.add(type);
  }
  const numeric = types.has('number') || types.has('integer');
  const logical = types.has('boolean');
  const nullable = types.has('null');
  return (text) => {
    if (numeric && numberPattern.test(text)) return Number(text);
    if (logical && (text === 'true' || text === 'false')) return text === 'true';
    if (nullable && text === 'null' && !types.has('string')) return null;
    return text;
  };
}

const constantTypes = (form: JsonSchema): readonly string[] =>
  [...(form.enum ?? []), ...('const' in form ? [form.const] : [])].map((value) =>
    value === null ? 'null' : typeof value,
  );
