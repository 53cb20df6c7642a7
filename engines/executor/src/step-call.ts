import type { Disposer } from '@conv3n/platform';
import type { StepState } from '@conv3n/workflow';
import type { Run } from './run.ts';

/** One call under way. It ends once: by its answer, its timeout, or by being killed. */
export class StepCall {
  readonly #run: Run;
  readonly #step: StepState;
  readonly #kept: boolean;
  #controller: AbortController | undefined;
  #over = false;
  #killing = false;
  #timer: Disposer | undefined;
  #onKilled: (() => void) | undefined;

  /** `kept`: the call asks about an effect or undoes one, so giving the step up does not stop it. */
  constructor(run: Run, step: StepState, kept = false) {
    this.#kept = kept;
    this.#run = run;
    this.#step = step;
    run.calls.set(step, this);
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Ends the call without a word. */
  end(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#timer?.();
    if (this.#run.calls.get(this.#step) === this) this.#run.calls.delete(this.#step);
    if (this.#run.calls.size === 0) this.#run.waits.quiet();
    return true;
  }

  /** Goes on in a later turn, unless the call ended; then lets the execution do what became possible. */
  proceed(next: () => void): void {
    if (!this.end()) return;
    this.#guard(next);
  }

  /** Sets the limit of the call, and what happens when a killed call with an effect does not answer in time. */
  watch(timeoutMs: number | null, onTimeout: () => void, onKilled: () => void): void {
    this.#onKilled = onKilled;
    if (this.#killing || timeoutMs === null) return;
    const { deadlines, platform } = this.#run.host;
    this.#timer?.();
    this.#timer = deadlines.add(platform.clock.monotonic() + timeoutMs, () => {
      if (!this.end()) return;
      this.#controller?.abort();
      this.#guard(onTimeout);
    });
  }

  /** The step is given up. Without an intent nothing is owed; an external call may still answer for a while. */
  kill(): void {
    if (this.#over || this.#killing || this.#kept) return;
    if (!this.#step.intent) {
      this.abandon();
      return;
    }
    this.#killing = true;
    this.#timer?.();
    this.#controller?.abort();
    // Without a listener the block was not called yet: the executor is gathering its input and sees the kill itself.
    if (!this.#onKilled) return;
    const { deadlines, limits, platform } = this.#run.host;
    this.#timer = deadlines.add(platform.clock.monotonic() + limits.killGraceMs, () => {
      if (this.end() && this.#onKilled) this.#guard(this.#onKilled);
    });
  }

  /** Stops listening to the call and tells it to stop. */
  abandon(): void {
    if (this.end()) this.#controller?.abort();
  }

  #guard(next: () => void): void {
    if (this.#run.closed) return;
    try {
      next();
    } catch (error) {
      this.#run.breakDown(error);
    }
    this.#run.pump();
  }
}
