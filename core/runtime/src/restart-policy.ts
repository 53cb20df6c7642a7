/** Limits of restarting; times in milliseconds. */
export interface RestartLimits {
  /** Wait after the first failure; doubles with each further one in the window. @default 1000 */
  readonly initialDelayMs: number;
  /** @default 60000 */
  readonly maxDelayMs: number;
  /** Failures within the window after which the plugin is quarantined. @default 5 */
  readonly maxFailures: number;
  /** @default 600000 */
  readonly windowMs: number;
}

/** Decides after each failure of one plugin whether and when it runs again. */
export class RestartPolicy {
  readonly #limits: RestartLimits;
  #failures: number[] = [];

  constructor(limits: RestartLimits) {
    this.#limits = limits;
  }

  /** Records a failure at `now` (monotonic). Returns the delay before the restart, or `give_up` for a crash loop. */
  failed(now: number): number | 'give_up' {
    const { initialDelayMs, maxDelayMs, maxFailures, windowMs } = this.#limits;
    this.#failures = this.#failures.filter((time) => now - time < windowMs);
    this.#failures.push(now);
    if (this.#failures.length >= maxFailures) return 'give_up';
    return Math.min(maxDelayMs, initialDelayMs * 2 ** (this.#failures.length - 1));
  }

  /** Forgets past failures: an operator looked at it. */
  reset(): void {
    this.#failures = [];
  }
}
