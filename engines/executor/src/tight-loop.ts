import type { ErrorDetail, JsonValue } from '@conv3n/platform';
import {
  abandonGraph,
  type BlockCall,
  type BlockResult,
  defaultPort,
  encodeRow,
  fail,
  type GraphObserver,
  type GraphState,
  graphResult,
  graphStateOf,
  type IterationCell,
  type IterationRows,
  type LoopPlan,
  rowNodes,
  type StepState,
  type StoredValue,
  startGraph,
  succeed,
} from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { checkJson } from './json-check.ts';
import { failLoop } from './loop-outcome.ts';
import { resultValue } from './result-value.ts';
import { at, type Run, stepKey } from './run.ts';
import { StepCall } from './step-call.ts';
import { checkedResult, failure } from './step-result.ts';
import { type PreparedStep, prepareStep } from './step-scope.ts';
import { inline } from './value-store.ts';

/** One finished iteration on its way into a chunk. */
interface FinishedIteration {
  readonly row: readonly IterationCell[];
  readonly result: JsonValue;
  readonly error: ErrorDetail | null;
}

/**
 * Runs pure iterations without an event each: a chunk of them leaves one event, and the next chunk begins after its commit.
 * Stays synchronous as long as blocks answer synchronously, and gives way after a time slice.
 */
export class TightLoop {
  readonly #run: Run;
  readonly #loop: StepState;
  readonly #plan: LoopPlan;
  readonly #call: StepCall;
  readonly #signal: AbortSignal;
  readonly #now: number;
  #size = 0;

  constructor(run: Run, loop: StepState) {
    this.#run = run;
    this.#loop = loop;
    this.#plan = loop.node.loop as LoopPlan;
    this.#call = new StepCall(run, loop);
    this.#signal = this.#call.signal;
    this.#now = loop.startedAt ?? run.now();
  }

  run(): void {
    const from = this.#loop.progress?.cursor ?? 0;
    this.#chunk(from).then(
      (finished) => this.#call.proceed(() => this.#record(from, finished)),
      (error: unknown) => this.#call.proceed(() => this.#run.breakDown(error)),
    );
  }

  async #chunk(from: number): Promise<FinishedIteration[]> {
    const loaded = this.#run.items.of(this.#loop);
    if (loaded instanceof Promise) await loaded;
    const { limits, platform } = this.#run.host;
    const end = Math.min(this.#loop.progress?.count ?? 0, from + limits.chunkIterations);
    const sliceEnd = platform.clock.monotonic() + limits.sliceMs;
    const finished: FinishedIteration[] = [];
    const lanes = new Set<Promise<void>>();
    for (let index = from; index < end; index += 1) {
      const graph = graphStateOf(this.#plan.body, this.#loop, index);
      const place = index - from;
      const pending = this.#iterate(graph);
      if (!pending) {
        finished[place] = this.#finish(graph);
        if (finished[place].error && !this.#plan.collect) break;
      } else {
        const lane: Promise<void> = pending.then(() => {
          finished[place] = this.#finish(graph);
          lanes.delete(lane);
        });
        lanes.add(lane);
        if (lanes.size >= this.#plan.concurrency) await Promise.race(lanes);
        if (this.#call.over) break;
      }
      if (this.#size > limits.chunkBytes || platform.clock.monotonic() > sliceEnd) break;
    }
    await Promise.all(lanes);
    return finished;
  }

  /** Runs one iteration; undefined when it ended synchronously. */
  #iterate(graph: GraphState): Promise<void> | undefined {
    const iteration = new Iteration();
    startGraph(graph, iteration);
    return this.#advance(iteration);
  }

  #advance(iteration: Iteration): Promise<void> | undefined {
    let waiting: Promise<void>[] | undefined;
    for (let step = iteration.queue.pop(); step; step = iteration.queue.pop()) {
      if (step.status !== 'ready') continue;
      step.status = 'running';
      const pending = this.#step(step, iteration);
      if (!pending) continue;
      waiting ??= [];
      waiting.push(pending.then(() => this.#advance(iteration)));
    }
    return waiting && Promise.all(waiting).then(() => undefined);
  }

  #step(step: StepState, iteration: Iteration): Promise<void> | undefined {
    try {
      const prepared = prepareStep(this.#run.host, this.#run.state, step, this.#now, this.#run.items.of);
      const answer =
        prepared instanceof Promise
          ? prepared.then((ready) => this.#invoke(step, ready))
          : this.#invoke(step, prepared);
      if (!isPromise(answer)) {
        this.#apply(step, answer, iteration);
        return undefined;
      }
      return this.#inTime(step, answer).then(
        (result) => this.#apply(step, result, iteration),
        (error: unknown) => this.#apply(step, failure(error, true), iteration),
      );
    } catch (error) {
      this.#apply(step, failure(error, true), iteration);
      return undefined;
    }
  }

  #invoke(step: StepState, prepared: PreparedStep): BlockResult | Promise<BlockResult> {
    const { node, graph } = step;
    const { blocks, context } = this.#run.host;
    const handle = blocks.handle(node.type, node.agent);
    if (!handle)
      throw executorErrors.error('block_unavailable', `Block ${node.type} of node ${node.id} is not available.`);
    const { state } = this.#run;
    const call: BlockCall = {
      operation: 'run',
      config: prepared.config,
      input: prepared.input,
      ...(prepared.roots && { roots: prepared.roots }),
      step: {
        executionId: state.id,
        workflowId: state.workflowId,
        workflowVersion: state.workflowVersion,
        node: node.id,
        iteration: graph.iteration,
        attempt: 1,
        idempotencyKey: stepKey(state, step),
      },
      startedAt: this.#now,
    };
    return handle.call(call, { ...context, signal: this.#signal });
  }

  /** The answer, or `step_timeout` when it takes too long. */
  #inTime(step: StepState, answer: PromiseLike<BlockResult>): Promise<BlockResult> {
    const { timeoutMs } = step.node;
    const { deadlines, platform } = this.#run.host;
    return new Promise((resolve, reject) => {
      const disarm =
        timeoutMs === null
          ? undefined
          : deadlines.add(platform.clock.monotonic() + timeoutMs, () =>
              reject(
                executorErrors.error('step_timeout', `Step ${step.node.id} did not answer within ${timeoutMs} ms.`),
              ),
            );
      answer.then(
        (result) => {
          disarm?.();
          resolve(result);
        },
        (error: unknown) => {
          disarm?.();
          reject(error);
        },
      );
    });
  }

  #apply(step: StepState, answer: BlockResult, iteration: Iteration): void {
    if (step.status !== 'running') return;
    const result = checkedResult(answer);
    step.attempts = 1;
    if (result.kind === 'succeeded') {
      const data = this.#checked(step, result.data);
      if (data.error) fail(step, data.error, undefined, undefined, iteration);
      else succeed(step, data.value as StoredValue, result.port ?? defaultPort, iteration);
    } else if (result.kind === 'failed') {
      const data = result.data === undefined ? undefined : this.#checked(step, result.data);
      fail(step, result.error, data?.value, result.port, iteration);
    } else {
      const error = executorErrors.error(
        'block_answer_invalid',
        `The block of node ${step.node.id} did not answer a result.`,
      );
      fail(step, error.toDetail(), undefined, undefined, iteration);
    }
  }

  #checked(step: StepState, data: unknown): { readonly value?: JsonValue; readonly error?: ErrorDetail } {
    const { maxStepBytes } = this.#run.host.limits;
    const checked = checkJson(data, maxStepBytes);
    if (checked.kind === 'json') {
      this.#size += checked.size;
      return { value: checked.value };
    }
    const { id } = step.node;
    const error =
      checked.kind === 'too_large'
        ? executorErrors.error(
            'output_too_large',
            `The data of step ${id} is larger than ${maxStepBytes} bytes of JSON.`,
          )
        : executorErrors.error('output_not_json', `The data of step ${id} is not JSON: ${checked.problem}.`);
    return { error: error.toDetail() };
  }

  #finish(graph: GraphState): FinishedIteration {
    const error = graph.failure?.error ?? null;
    this.#size += 16 + (error ? JSON.stringify(error).length : 0);
    return { row: encodeRow(graph), error, result: error ? collected(error) : resultValue(graphResult(graph), inline) };
  }

  #record(from: number, finished: readonly FinishedIteration[]): void {
    const failedAt = this.#plan.collect ? -1 : finished.findIndex((iteration) => iteration.error !== null);
    const kept = failedAt < 0 ? finished : finished.slice(0, failedAt + 1);
    const rows: IterationRows = { nodes: rowNodes(this.#plan.body), rows: kept.map(({ row }) => row) };
    const { values, limits } = this.#run.host;
    const emit = (steps: StoredValue) => {
      this.#emit(from, kept, steps);
      if (failedAt >= 0) failLoop(this.#run, this.#loop, from + failedAt, kept[failedAt]?.error as ErrorDetail);
    };
    const value = rows as unknown as JsonValue;
    if (this.#size <= limits.spillBytes) {
      emit(value);
      return;
    }
    const call = new StepCall(this.#run, this.#loop);
    values.spill(this.#run.id, value).then(
      (reference) => call.proceed(() => emit(reference)),
      (error: unknown) => call.proceed(() => this.#run.breakDown(error)),
    );
  }

  #emit(from: number, kept: readonly FinishedIteration[], steps: StoredValue): void {
    const to = from + kept.length;
    const results = this.#run.items.results.get(this.#loop) ?? (from === 0 ? [] : undefined);
    if (results) {
      this.#run.items.results.set(this.#loop, results);
      for (const { result } of kept) results.push(result);
    }
    const more = to < (this.#loop.progress?.count ?? 0);
    this.#run.emit('iterations_finished', { ...at(this.#loop), from, to, steps }, { durable: more });
  }
}

function collected(error: ErrorDetail): JsonValue {
  return { error } as unknown as JsonValue;
}

function isPromise(value: unknown): value is Promise<BlockResult> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Collects what becomes ready inside one tight iteration. */
class Iteration implements GraphObserver {
  readonly queue: StepState[] = [];

  ready(step: StepState): void {
    step.status = 'ready';
    this.queue.push(step);
  }

  settled(): void {}

  abandoned(): void {}

  failed(step: StepState, error: ErrorDetail): void {
    step.graph.failure ??= { error, node: step.node.id };
    abandonGraph(step.graph, this);
  }
}
