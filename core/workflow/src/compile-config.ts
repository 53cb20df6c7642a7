import { compileExpression, compileTemplate, type Reference, type Scope } from '@conv3n/expression';
import { isRecord, type JsonObject, type JsonSchema, type JsonValue } from '@conv3n/platform';
import { childPlace, type Place, rootPlace } from './config-modes.ts';
import { secretGuard, secretText } from './secret-reference.ts';

/** Every root an expression may name. Contracts, section 1, Data. */
export const rootNames = [
  '$node',
  '$input',
  '$trigger',
  '$vars',
  '$env',
  '$secrets',
  '$execution',
  '$workflow',
  '$item',
  '$index',
  '$error',
] as const;

export type RootName = (typeof rootNames)[number];

/** What a config reads, so that only that is gathered before a step. */
export interface ConfigUses {
  readonly roots: ReadonlySet<string>;
  /** Ids read as `$node.<id>`; null when `$node` is read as a whole or by a computed key. */
  readonly nodes: readonly string[] | null;
  /** Names read as `$vars.<name>`; null as above. */
  readonly vars: readonly string[] | null;
  readonly secrets: readonly string[];
}

/** A node's config, compiled once; evaluating gives fresh containers around shared constants. */
export interface CompiledConfig {
  readonly isConstant: boolean;
  readonly uses: ConfigUses;
  /** @throws Conv3nError of the expression package, with the position */
  evaluate(scope: Scope): JsonObject;
}

/** One expression or template found in a config. */
export interface ConfigSource {
  /** Dotted path inside the config. */
  readonly path: string;
  readonly text: string;
  readonly place: Place;
  readonly references: readonly Reference[];
}

/** What to do with a source that does not parse. */
export interface ConfigProblems {
  source(source: ConfigSource): void;
  error(path: string, error: unknown): void;
}

type Part =
  | { readonly constant: JsonValue }
  | { readonly constant?: undefined; readonly evaluate: (scope: Scope) => unknown };

/** Compiles a config by its schema's field modes. Sources that do not parse go to `problems`, or are thrown without it. */
export function compileConfig(
  config: JsonObject,
  schema: JsonSchema | undefined,
  problems?: ConfigProblems,
): CompiledConfig {
  const references: Reference[] = [];
  const collect: ConfigProblems = {
    source: (source) => {
      references.push(...source.references);
      problems?.source(source);
    },
    error: (path, error) => {
      if (!problems) throw error;
      problems.error(path, error);
    },
  };
  const part = compilePart(config, rootPlace(schema), '', collect);
  const uses = usesOf(references);
  if (part.constant !== undefined) {
    const constant = part.constant as JsonObject;
    return { isConstant: true, uses, evaluate: () => constant };
  }
  return { isConstant: false, uses, evaluate: part.evaluate as (scope: Scope) => JsonObject };
}

function compilePart(value: JsonValue, place: Place, path: string, problems: ConfigProblems): Part {
  if (place.mode === 'raw') return { constant: value };
  if (typeof value === 'string') return compileText(value, place, path, problems);
  if (Array.isArray(value)) {
    const parts = value.map((element, index) =>
      compilePart(element, childPlace(place, index), join(path, index), problems),
    );
    return parts.every(isConstant)
      ? { constant: value }
      : { evaluate: (scope) => parts.map((part) => give(part, scope) ?? null) };
  }
  if (isRecord(value)) {
    const entries = Object.entries(value as JsonObject).map(
      ([key, inner]) => [key, compilePart(inner, childPlace(place, key), join(path, key), problems)] as const,
    );
    if (entries.every(([, part]) => isConstant(part))) return { constant: value as JsonObject };
    return {
      evaluate(scope) {
        const result: Record<string, unknown> = {};
        for (const [key, part] of entries) {
          const inner = give(part, scope);
          if (inner === undefined) continue;
          if (key === '__proto__') Object.defineProperty(result, key, { value: inner, enumerable: true });
          else result[key] = inner;
        }
        return result;
      },
    };
  }
  return { constant: value };
}

function compileText(text: string, place: Place, path: string, problems: ConfigProblems): Part {
  try {
    if (place.mode === 'expression') {
      const compiled = compileExpression(unbrace(text), { roots: rootNames });
      problems.source({ path, text, place, references: compiled.references });
      return guarded(compiled, place);
    }
    if (!text.includes('{{')) return { constant: text };
    const compiled = compileTemplate(text, { roots: rootNames });
    problems.source({ path, text, place, references: compiled.references });
    if (place.mode === 'each') return { constant: text };
    const pieces = place.secret ? secretText(text, { roots: rootNames }) : undefined;
    return pieces ? { evaluate: pieces } : guarded(compiled, place);
  } catch (error) {
    problems.error(path, error);
    return { constant: text };
  }
}

function guarded(
  { references, evaluate }: { readonly references: readonly Reference[]; evaluate(scope: Scope): unknown },
  place: Place,
): Part {
  if (!place.secret) return { evaluate };
  const guard = secretGuard(references);
  return { evaluate: (scope) => guard(evaluate(scope)) };
}

/** An expression field with or without braces around the whole. */
function unbrace(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('{{') && trimmed.endsWith('}}') ? trimmed.slice(2, -2) : text;
}

function isConstant(part: Part): boolean {
  return part.constant !== undefined;
}

function give(part: Part, scope: Scope): unknown {
  return part.constant === undefined ? part.evaluate(scope) : part.constant;
}

function join(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

function usesOf(references: readonly Reference[]): ConfigUses {
  const roots = new Set(references.map((reference) => reference.root));
  return {
    roots,
    nodes: firstKeys(references, '$node'),
    vars: firstKeys(references, '$vars'),
    secrets: firstKeys(references, '$secrets') ?? [],
  };
}

function firstKeys(references: readonly Reference[], root: string): readonly string[] | null {
  const keys = new Set<string>();
  for (const reference of references) {
    if (reference.root !== root) continue;
    const key = reference.path[0];
    if (key === undefined) return null;
    keys.add(key);
  }
  return [...keys];
}
