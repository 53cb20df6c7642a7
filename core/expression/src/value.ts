import { Conv3nError, isConv3nError, type JsonValue } from '@conv3n/platform';
import type { Reference } from './compile/compilation.ts';
import { expressionErrors } from './errors.ts';
import { type CompileOptions, type ResolvedOptions, resolveOptions } from './expression.ts';
import { Frame, type Scope } from './frame.ts';
import { defineOwn, forbiddenKeyMessage, isForbiddenKey } from './keys.ts';
import { compileTemplateRun } from './template.ts';

/** A reference together with the place in the value where its template stands. */
export interface ValueReference extends Reference {
  /** Keys and indexes from the root of the value to the text with the expression. */
  readonly at: readonly (string | number)[];
}

/** A JSON value whose texts are templates, ready to run. */
export interface CompiledValue {
  readonly references: readonly ValueReference[];
  /** True when no expression is inside; then `value` is the result. */
  readonly isConstant: boolean;
  /** The result, frozen, when it is constant; else undefined. */
  readonly value: JsonValue | undefined;
  /**
   * The value with every template evaluated. A field whose expression is undefined is left out, an element becomes null.
   * @throws Conv3nError with a code of `expressionErrors`; its details hold the path of the template as `at`
   */
  evaluate(scope: Scope): JsonValue | undefined;
}

type Path = readonly (string | number)[];
type Run = (frame: Frame) => JsonValue | undefined;
type Compiled = { readonly constant: JsonValue } | { readonly run: Run };

interface Collected {
  readonly options: ResolvedOptions;
  readonly references: ValueReference[];
  slots: number;
}

/** The same error with the place in the value added to its details. */
function withPath(thrown: unknown, at: Path): unknown {
  if (!isConv3nError(thrown)) return thrown;
  return new Conv3nError(thrown.code, at.length === 0 ? thrown.message : `${at.join('.')}: ${thrown.message}`, {
    kind: thrown.kind,
    cause: thrown.cause,
    details: { ...thrown.details, at },
  });
}

/** What JSON does not know becomes null, so that a stored value and a fresh one are the same. */
function jsonNumber(value: unknown): JsonValue | undefined {
  return typeof value === 'number' && !Number.isFinite(value) ? null : (value as JsonValue | undefined);
}

function runOf(part: Compiled): Run {
  if ('run' in part) return part.run;
  const { constant } = part;
  return () => constant;
}

function compileText(text: string, at: Path, collected: Collected): Compiled {
  try {
    const { constant, references, slots, run } = compileTemplateRun(text, collected.options);
    if (constant !== undefined) return { constant };
    collected.references.push(...references.map((reference) => ({ ...reference, at })));
    collected.slots = Math.max(collected.slots, slots);
    return {
      run: (frame) => {
        try {
          return jsonNumber(run(frame));
        } catch (thrown) {
          throw withPath(thrown, at);
        }
      },
    };
  } catch (thrown) {
    throw withPath(thrown, at);
  }
}

function compileList(list: readonly JsonValue[], at: Path, collected: Collected): Compiled {
  const parts = list.map((item, index) => compileAny(item, [...at, index], collected));
  if (parts.every((part) => 'constant' in part)) return { constant: Object.freeze(parts.map((part) => part.constant)) };
  const runs = parts.map(runOf);
  return {
    run: (frame) => {
      const result: JsonValue[] = [];
      for (let index = 0; index < runs.length; index++) result.push((runs[index] as Run)(frame) ?? null);
      return result;
    },
  };
}

function compileFields(object: { readonly [key: string]: JsonValue }, at: Path, collected: Collected): Compiled {
  const keys = Object.keys(object);
  const parts = keys.map((key) => {
    if (isForbiddenKey(key)) {
      const details = { position: 0, line: 1, column: 1, length: 0, excerpt: '', at: [...at, key] };
      throw expressionErrors.error('expression_forbidden', forbiddenKeyMessage(key), { details });
    }
    return compileAny(object[key] as JsonValue, [...at, key], collected);
  });
  const runs = parts.map(runOf);
  const build: Run = (frame) => {
    const result: Record<string, JsonValue> = {};
    for (let index = 0; index < keys.length; index++) {
      const value = (runs[index] as Run)(frame);
      if (value !== undefined) defineOwn(result, keys[index] as string, value);
    }
    return result;
  };
  if (!parts.every((part) => 'constant' in part)) return { run: build };
  const constant: Record<string, JsonValue> = {};
  keys.forEach((key, index) => {
    defineOwn(constant, key, (parts[index] as { constant: JsonValue }).constant);
  });
  return { constant: Object.freeze(constant) };
}

function compileAny(value: JsonValue, at: Path, collected: Collected): Compiled {
  if (typeof value === 'string') return compileText(value, at, collected);
  if (typeof value !== 'object' || value === null) return { constant: value };
  if (at.length >= collected.options.limits.maxDataDepth) {
    const details = { position: 0, line: 1, column: 1, length: 0, excerpt: '', at };
    throw expressionErrors.error('expression_limit', 'The value nests too deeply. Flatten it.', { details });
  }
  return Array.isArray(value)
    ? compileList(value, at, collected)
    : compileFields(value as { readonly [key: string]: JsonValue }, at, collected);
}

/**
 * Compiles a JSON value whose texts are templates; keys are taken as they are. All its expressions share one budget.
 * @throws Conv3nError with a code of `expressionErrors`; its details hold the path of the template as `at`
 */
export function compileValue(value: JsonValue, options?: CompileOptions): CompiledValue {
  const collected: Collected = { options: resolveOptions(options), references: [], slots: 0 };
  const compiled = compileAny(value, [], collected);
  const { limits } = collected.options;
  const references = Object.freeze(collected.references);
  if ('constant' in compiled) {
    const { constant } = compiled;
    return Object.freeze({ references, isConstant: true, value: constant, evaluate: () => constant });
  }
  const { run } = compiled;
  const evaluate = (scope: Scope) => run(new Frame(scope, limits, collected.slots));
  return Object.freeze({ references, isConstant: false, value: undefined, evaluate });
}
