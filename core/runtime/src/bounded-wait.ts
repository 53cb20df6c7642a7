import type { Timers } from '@conv3n/platform';

/** How a wait with a bound ended. */
export type BoundedOutcome<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/** True for promises and everything awaited like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Waits for `promise` at most `limitMs`. The promise itself cannot be stopped: after `late` its result goes to `onLateError` or nowhere.
 * A promise that is settled already costs no timer.
 */
export function boundedWait<Value>(
  timers: Timers,
  promise: PromiseLike<Value>,
  limitMs: number,
  onLateError: (error: unknown) => void,
): Promise<BoundedOutcome<Value>> {
  return new Promise((resolve) => {
    let open = true;
    let cancelTimer: (() => void) | undefined;
    const close = (outcome: BoundedOutcome<Value>): void => {
      open = false;
      cancelTimer?.();
      resolve(outcome);
    };
    promise.then(
      (value) => {
        if (open) close({ kind: 'done', value });
      },
      (error: unknown) => {
        if (open) close({ kind: 'failed', error });
        else onLateError(error);
      },
    );
    queueMicrotask(() => {
      if (open) cancelTimer = timers.after(limitMs, () => close({ kind: 'late' }));
    });
  });
}
