import type { Timers } from '@conv3n/platform';

/** Timers that fire at once, in order, and remember the delays they were asked for. */
export interface ImmediateTimers extends Timers {
  readonly delays: readonly number[];
}

export function immediateTimers(): ImmediateTimers {
  const delays: number[] = [];
  return {
    delays,
    after(delayMs, run) {
      delays.push(delayMs);
      let cancelled = false;
      queueMicrotask(() => {
        if (!cancelled) run();
      });
      return () => {
        cancelled = true;
      };
    },
  };
}
