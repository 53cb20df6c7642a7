import { pathExpression } from '../engine/expression-path.ts';
import type { Variable } from '../engine/variables.ts';

/** One completion of what is being typed. */
export interface Suggestion {
  readonly expression: string;
  readonly note: string;
}

const limit = 40;

function* below(root: string, sample: unknown, depth: number): Generator<Suggestion> {
  if (typeof sample !== 'object' || sample === null || depth === 0) return;
  const entries = Array.isArray(sample)
    ? sample.slice(0, 1).map((item, index) => [index, item] as const)
    : Object.entries(sample).slice(0, 50);
  for (const [key, item] of entries) {
    const expression = pathExpression(root, [key]);
    yield { expression, note: noteOf(item) };
    yield* below(expression, item, depth - 1);
  }
}

function noteOf(sample: unknown): string {
  if (sample === undefined) return '';
  const text = JSON.stringify(sample) ?? '';
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Properties a JSON Schema declares, as if they were a sample. */
export function schemaShape(schema: unknown, depth = 3): unknown {
  if (typeof schema !== 'object' || schema === null || depth === 0) return undefined;
  const { properties, items } = schema as { properties?: Record<string, unknown>; items?: unknown };
  if (properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([key, item]) => [key, schemaShape(item, depth - 1)]));
  return items === undefined ? undefined : [schemaShape(items, depth - 1)];
}

/** Completions of the `$...` word before the cursor; undefined when no such word stands in an expression there. */
export function suggestVariables(
  text: string,
  cursor: number,
  mode: 'template' | 'expression',
  variables: readonly Variable[],
): { readonly from: number; readonly options: readonly Suggestion[] } | undefined {
  const before = text.slice(0, cursor);
  const opened = before.lastIndexOf('{{');
  if (mode === 'template' && (opened === -1 || before.indexOf('}}', opened) !== -1)) return undefined;
  const word = /\$[A-Za-z0-9_.[\]"'$]*$/.exec(before)?.[0] ?? '';
  if (word === '' && !/\{\{\s*$/.test(before)) return undefined;
  const options: Suggestion[] = [];
  for (const variable of variables) {
    const sample = variable.sample ?? schemaShape(variable.schema);
    for (const option of [
      { expression: variable.expression, note: variable.title },
      ...below(variable.expression, sample, 3),
    ]) {
      if (option.expression !== word && option.expression.toLowerCase().startsWith(word.toLowerCase()))
        options.push(option);
      if (options.length >= limit) break;
    }
  }
  return { from: cursor - word.length, options };
}
