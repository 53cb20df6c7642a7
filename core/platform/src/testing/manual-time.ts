import type { Clock, Disposer, Timers } from '../ports.ts';

/** Microtask turns granted to promise chains after each timer; deep enough for any chain of awaits in the house. */
const settleTurns = 100;

/** Clock and timers that move only when told. */
export interface ManualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Moves both clocks by `ms`, running due timers in order of time, then of creation, and settling promises after each. */
  advance(ms: number): Promise<void>;
  /** Lets pending promise chains run without moving time. */
  settle(): Promise<void>;
  /** Moves the wall clock only, as an operator or NTP does; no timer runs. */
  shiftWallClock(ms: number): void;
  /** Timers neither fired nor disposed: a leak check. */
  pendingTimers(): number;
}

interface PendingTimer {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** Time that starts at `startMs` (milliseconds since the Unix epoch). */
export function manualTime(startMs: number): ManualTime {
  let elapsed = 0;
  let shift = 0;
  let sequence = 0;
  const pending = new Set<PendingTimer>();
  const nextDue = (until: number): PendingTimer | undefined => {
    let first: PendingTimer | undefined;
    for (const timer of pending) {
      if (timer.at > until) continue;
      if (!first || timer.at < first.at || (timer.at === first.at && timer.sequence < first.sequence)) first = timer;
    }
    return first;
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < settleTurns; turn += 1) await undefined;
  };
  return {
    clock: { now: () => startMs + shift + elapsed, monotonic: () => elapsed },
    timers: {
      after(delayMs, run): Disposer {
        sequence += 1;
        const timer = { at: elapsed + Math.max(0, delayMs), sequence, run };
        pending.add(timer);
        return () => {
          pending.delete(timer);
        };
      },
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        pending.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.run();
        await settle();
      }
      elapsed = until;
    },
    settle,
    shiftWallClock(ms) {
      shift += ms;
    },
    pendingTimers: () => pending.size,
  };
}
