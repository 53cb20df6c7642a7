import type { Clock } from '@conv3n/platform';

/** A clock that moves only when told; both readings are in milliseconds. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function manualClock(start = Date.UTC(2030, 0, 1)): ManualClock {
  let now = start;
  return {
    now: () => now,
    monotonic: () => now - start,
    advance(ms) {
      now += ms;
    },
  };
}
