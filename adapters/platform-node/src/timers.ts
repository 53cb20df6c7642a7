import type { Timers } from '@conv3n/platform';

/** The longest delay Node's timers take; longer ones would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

export interface NodeTimersOptions {
  /** Whether a pending timer keeps the process alive. @default true */
  readonly keepProcess?: boolean;
}

/**
 * One-shot timers of the event loop; delays beyond 2^31-1 milliseconds are split.
 * A pending timer keeps the process alive, because someone waits for it; owners dispose what they no longer wait for.
 */
export function nodeTimers({ keepProcess = true }: NodeTimersOptions = {}): Timers {
  return {
    after(delayMs, run) {
      let handle: NodeJS.Timeout | undefined;
      const arm = (remaining: number): void => {
        const delay = Math.min(remaining, longestDelayMs);
        handle = setTimeout(() => (remaining > delay ? arm(remaining - delay) : run()), delay);
        if (!keepProcess) handle.unref();
      };
      arm(Math.max(0, delayMs));
      return () => clearTimeout(handle);
    },
  };
}
