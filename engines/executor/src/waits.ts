import type { Disposer } from '@conv3n/platform';
import type { StepState } from '@conv3n/workflow';
import type { TimerHeap } from './timer-heap.ts';

type Waiter = { readonly resolve: () => void; readonly reject: (error: Error) => void };

/** Who waits for something about one execution, and what must end with it. */
export class Waits {
  readonly #accepted: Waiter[] = [];
  readonly #durable: Waiter[] = [];
  readonly #quiet: Waiter[] = [];
  readonly #end: Waiter[] = [];
  readonly #resting = new Set<Waiter>();
  readonly #owned = new Set<Disposer>();
  readonly #children = new Map<StepState, () => void>();
  #isAccepted = false;
  #closedWith: Error | true | undefined;

  /** Resolves with the first commit. */
  onAccepted(): Promise<void> {
    return this.#isAccepted ? Promise.resolve() : this.#wait(this.#accepted);
  }

  /** Resolves at a moment when everything folded is durable. */
  onDurable(): Promise<void> {
    return this.#wait(this.#durable);
  }

  /** Resolves when the execution ended or is in doubt, both durably. The disposer gives up. */
  onRest(): { readonly done: Promise<void>; readonly cancel: Disposer } {
    let own: Waiter | undefined;
    const done = new Promise<void>((resolve, reject) => {
      own = { resolve, reject };
      if (this.#closedWith) this.#finish(own);
      else this.#resting.add(own);
    });
    return { done, cancel: () => own && this.#resting.delete(own) };
  }

  /** Resolves when the last call under way ended. */
  onQuiet(): Promise<void> {
    return this.#wait(this.#quiet);
  }

  quiet(): void {
    for (const waiter of this.#quiet.splice(0)) waiter.resolve();
  }

  /** Resolves when the execution ended or its run closed. @throws the signal's reason */
  onEnd(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const waiter = { resolve, reject };
      if (this.#closedWith) this.#finish(waiter);
      else this.#end.push(waiter);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  /** True when nobody waits for anything and no called workflow is open. */
  get idle(): boolean {
    const lists = [this.#accepted, this.#durable, this.#quiet, this.#end];
    return this.#resting.size === 0 && this.#children.size === 0 && lists.every((list) => list.length === 0);
  }

  get wantsDurable(): boolean {
    return this.#durable.length > 0;
  }

  get wantsRest(): boolean {
    return this.#resting.size > 0;
  }

  accept(): void {
    this.#isAccepted = true;
    for (const waiter of this.#accepted.splice(0)) waiter.resolve();
  }

  durable(): void {
    for (const waiter of this.#durable.splice(0)) waiter.resolve();
  }

  rest(): void {
    for (const waiter of this.#resting) waiter.resolve();
    this.#resting.clear();
  }

  /** A called workflow; `cancel` runs when the step that called it is given up. */
  child(step: StepState, cancel: () => void): void {
    this.#children.set(step, cancel);
  }

  /** False when the step was given up before. */
  childDone(step: StepState): boolean {
    return this.#children.delete(step);
  }

  /** Cancels the children of steps that were given up. */
  dropChildren(): void {
    if (this.#children.size === 0) return;
    for (const [step, cancel] of this.#children) {
      if (step.status === 'waiting') continue;
      this.#children.delete(step);
      cancel();
    }
  }

  /** A timer that ends with the execution. */
  alarm(heap: TimerHeap, at: number, run: () => void): void {
    const disposer = heap.add(at, () => {
      this.#owned.delete(disposer);
      run();
    });
    this.#owned.add(disposer);
  }

  close(error?: Error): void {
    this.#closedWith = error ?? true;
    for (const disposer of this.#owned) disposer();
    this.#owned.clear();
    const lists = [this.#accepted, this.#durable, this.#quiet, this.#end];
    for (const list of lists) for (const waiter of list.splice(0)) this.#finish(waiter);
    for (const waiter of this.#resting) this.#finish(waiter);
    this.#resting.clear();
  }

  #finish(waiter: Waiter): void {
    if (this.#closedWith instanceof Error) waiter.reject(this.#closedWith);
    else waiter.resolve();
  }

  #wait(list: Waiter[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#closedWith) this.#finish(waiter);
      else list.push(waiter);
    });
  }
}
