import { isRecord, type JsonSchema } from '@conv3n/platform';
import { nexusErrors } from './errors.ts';
import { linearPattern } from './linear-pattern.ts';

const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const data: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples', 'required', 'x-conv3n']);
const deepest = 200;

/**
 * A copy of a schema in which every pattern is matched in linear time. Patterns of keys stay with the checker, so only those that cannot backtrack
 * are taken.
 * @throws Conv3nError `schema_invalid`
 */
export function preparedSchema(schema: JsonSchema): JsonSchema {
  return prepare(schema, '', 0) as JsonSchema;
}

function prepare(node: unknown, path: string, depth: number): unknown {
  if (depth > deepest) throw invalid(path, 'it is nested too deeply');
  if (Array.isArray(node)) return node.map((item, index) => prepare(item, below(path, String(index)), depth + 1));
  if (!isRecord(node)) return node;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    const place = below(path, key);
    if (key === 'pattern' && typeof value === 'string') result[key] = patternAt(value, place);
    else if (maps.has(key) && isRecord(value)) {
      if (key === 'patternProperties') for (const name of Object.keys(value)) keyPatternAt(name, place);
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, child]) => [name, prepare(child, below(place, name), depth + 1)]),
      );
    } else result[key] = data.has(key) ? value : prepare(value, place, depth + 1);
  }
  return result;
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** A RegExp to whoever asks, whose test is the linear one. */
class LinearRegExp extends RegExp {
  readonly #test: (text: string) => boolean;

  constructor(pattern: string) {
    super(pattern, 'u');
    const linear = linearPattern(pattern);
    this.#test = (text) => linear.test(text);
  }

  override test(text: string): boolean {
    return this.#test(text);
  }

  override toString(): string {
    return this.source;
  }
}

function patternAt(pattern: string, path: string): RegExp {
  try {
    return new LinearRegExp(pattern);
  } catch (error) {
    throw invalid(path, (error as SyntaxError).message, error);
  }
}

function keyPatternAt(pattern: string, path: string): void {
  try {
    if (linearPattern(pattern) instanceof RegExp) return;
  } catch (error) {
    throw invalid(below(path, pattern), (error as SyntaxError).message, error);
  }
  throw invalid(
    below(path, pattern),
    'a pattern of keys must start with ^ and hold at most one repetition, of a single character or class',
  );
}

function invalid(path: string, reason: string, cause?: unknown) {
  const message = `The schema cannot be used: ${path}: ${reason}.`;
  return nexusErrors.error('schema_invalid', message, {
    cause,
    violations: [{ path, code: 'wrong_pattern', message: `${reason}.` }],
  });
}
