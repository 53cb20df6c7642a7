import type { CallContext, Clock } from '@conv3n/platform';

/** Left for the answer to travel, so that the inner limit ends a call before the outer one gives it up. */
const marginMs = 100;

/** Milliseconds a call may still take: until the step's deadline, or `fallbackMs` when it has none. */
export function remainingMs({ deadline }: CallContext, clock: Clock, fallbackMs: number): number {
  return deadline === undefined ? fallbackMs : Math.max(1, deadline - clock.now() - marginMs);
}
