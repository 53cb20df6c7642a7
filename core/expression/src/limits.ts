import { Fault } from './errors.ts';

/** What one expression may cost. Every allocation is checked against these before it is made. */
export interface Limits {
  /** UTF-16 units of one expression. @default 10_000 */
  readonly maxSourceLength: number;
  /** UTF-16 units of a text with expressions in it. @default 200_000 */
  readonly maxTemplateLength: number;
  /** Nested brackets, ternaries and prefix operators. @default 64 */
  readonly maxDepth: number;
  /** Steps of one evaluation: nodes run, elements made, and one for each 64 characters touched. @default 1_000_000 */
  readonly maxSteps: number;
  /** UTF-16 units of any text an expression makes. @default 1_000_000 */
  readonly maxStringLength: number;
  /** Elements of any list an expression makes. @default 100_000 */
  readonly maxArrayLength: number;
  /** Levels of objects and lists in a result or in JSON. @default 256 */
  readonly maxDataDepth: number;
  /** Characters of all texts of one result together, repeated ones counted again. @default 16_000_000 */
  readonly maxResultCharacters: number;
}

/** The limits used where none are given. */
export const defaultLimits: Limits = Object.freeze({
  maxSourceLength: 10_000,
  maxTemplateLength: 200_000,
  maxDepth: 64,
  maxSteps: 1_000_000,
  maxStringLength: 1_000_000,
  maxArrayLength: 100_000,
  maxDataDepth: 256,
  maxResultCharacters: 16_000_000,
});

/** Defaults with overrides. */
export function resolveLimits(overrides: Partial<Limits> = {}): Limits {
  return Object.freeze({ ...defaultLimits, ...overrides });
}

/** What is left to spend. Hand the same budget to several evaluations to bound them together. */
export interface Budget {
  /** Steps left; below zero the evaluation ends with `expression_limit`. */
  steps: number;
}

/** A full budget. */
export function createBudget(limits: Limits = defaultLimits): Budget {
  return { steps: limits.maxSteps };
}

/** The failure of a spent budget. */
export function outOfSteps(): Fault {
  return new Fault(
    'expression_limit',
    'The expression took too many steps. Work on fewer items, or move the work to a loop or code block.',
  );
}
