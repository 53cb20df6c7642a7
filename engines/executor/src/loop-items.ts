import type { JsonValue } from '@conv3n/platform';
import { type ExecutionState, isSettled, type StepState } from '@conv3n/workflow';
import type { Host } from './host.ts';
import { prepareStep } from './step-scope.ts';

/** The items and results of the loops under way, in memory while they run; after a restart they come from the events. */
export class LoopItems {
  readonly #host: Host;
  readonly #state: ExecutionState;
  readonly #items = new Map<StepState, readonly JsonValue[]>();
  /** Results of tight iterations in order, complete from iteration 0 on. */
  readonly results = new Map<StepState, JsonValue[]>();

  constructor(host: Host, state: ExecutionState) {
    this.#host = host;
    this.#state = state;
  }

  set(loop: StepState, items: readonly JsonValue[]): void {
    this.#items.set(loop, items);
  }

  /** The loop is over. */
  drop(loop: StepState): void {
    this.#items.delete(loop);
    this.results.delete(loop);
  }

  readonly of = (loop: StepState): readonly JsonValue[] | Promise<readonly JsonValue[]> => {
    return this.#items.get(loop) ?? this.#restore(loop);
  };

  async #restore(loop: StepState): Promise<readonly JsonValue[]> {
    const stored = loop.progress?.items;
    const items =
      stored === undefined
        ? (await prepareStep(this.#host, this.#state, loop, loop.startedAt ?? this.#state.createdAt, this.of)).config
            .items
        : await this.#host.values.load(this.#state.id, stored);
    const list = Array.isArray(items) ? (items as readonly JsonValue[]) : [];
    if (!isSettled(loop)) this.#items.set(loop, list);
    return list;
  }
}
