import { Fault } from './errors.ts';
import { type Budget, type Limits, outOfSteps } from './limits.ts';

/** The values an expression may read. Only own properties of data are ever read. */
export interface Scope {
  /** Roots by name with the dollar sign, such as `$node`. */
  readonly roots: Readonly<Record<string, unknown>>;
  /** Milliseconds since the Unix epoch that `Date.now()` and `new Date()` give. */
  readonly now: number;
  /** Source of `Math.random()`, recorded or seeded by the caller; in [0, 1). */
  readonly random: () => number;
  /** What may be spent. @default a full budget of the limits the expression was compiled with */
  readonly budget?: Budget;
}

/** Runs one node of a compiled expression. */
export type Evaluate = (frame: Frame) => unknown;

/** A compiled arrow function or built-in in a callback position; it never leaves the method it is handed to. */
export type Callback = (frame: Frame, first: unknown, second: unknown, third?: unknown, fourth?: unknown) => unknown;

/**
 * The state of one evaluation.
 *
 * Parameters of arrow functions live in fixed slots: no arrow can call itself, so each slot is live at most once.
 */
export class Frame {
  readonly roots: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly slots: unknown[];

  constructor(scope: Scope, limits: Limits, slots: number) {
    this.roots = scope.roots;
    this.scope = scope;
    this.limits = limits;
    this.budget = scope.budget ?? { steps: limits.maxSteps };
    this.slots = slots === 0 ? noSlots : new Array(slots);
  }
}

const noSlots: unknown[] = [];

/** Spends `steps`. */
export function charge(frame: Frame, steps: number): void {
  const left = frame.budget.steps - steps;
  frame.budget.steps = left;
  // A NaN budget must stop too, so the comparison is negated.
  if (!(left >= 0)) throw outOfSteps();
}

/** Spends what touching `length` characters costs. */
export function chargeText(frame: Frame, length: number): void {
  if (length > 63) charge(frame, length >> 6);
}

/** Checks and pays for a text of `length` before it is made. */
export function reserveText(frame: Frame, length: number): void {
  if (length > frame.limits.maxStringLength) {
    throw new Fault(
      'expression_limit',
      `The text would have ${length} characters; at most ${frame.limits.maxStringLength} are allowed.`,
    );
  }
  chargeText(frame, length);
}

/** Checks and pays for a list of `length` before it is made. */
export function reserveList(frame: Frame, length: number): void {
  if (length > frame.limits.maxArrayLength) {
    throw new Fault(
      'expression_limit',
      `The list would have ${length} elements; at most ${frame.limits.maxArrayLength} are allowed. Use a loop block for more.`,
    );
  }
  charge(frame, length);
}
