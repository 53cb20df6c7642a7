import { type JsonObject, type JsonValue, systemCaller, toConv3nError } from '@conv3n/platform';
import type { RecordedEvent } from '@conv3n/potter';
import {
  beginExecution,
  type ExecutionEvent,
  type ExecutionTrigger,
  type ExecutionView,
  executionStatus,
  isTerminal,
  type StepView,
  type StoredValue,
  type WorkflowFile,
  type WorkflowPlan,
} from '@conv3n/workflow';
import { Admission } from './admission.ts';
import type { Decision } from './decision.ts';
import { executorErrors } from './errors.ts';
import { eventsOf, type LoadedExecution, loadExecution, notFound, renderView } from './execution-history.ts';
import { ExecutionRun } from './execution-run.ts';
import { Followers } from './followers.ts';
import { type ChildRequest, type Host, streamOf } from './host.ts';
import { checkJson } from './json-check.ts';
import { type ExecutorOptions, resolveLimits } from './options.ts';
import { PlanCache } from './plan-cache.ts';
import { carriedOutcomes } from './rerun.ts';
import { findSteps, type StepPage, type StepQuery } from './step-history.ts';
import { TimerHeap } from './timer-heap.ts';
import { ValueStore } from './value-store.ts';

/** What to run: a saved version (the published one without `version`), or an unsaved definition. */
export interface StartRequest {
  /** An id chosen before, so that a repeat starts nothing new. @default a new one */
  readonly id?: string;
  readonly workflowId?: string;
  readonly version?: number;
  readonly definition?: WorkflowFile;
  /** @default null */
  readonly input?: JsonValue;
  /** @default {kind: 'api'} */
  readonly trigger?: ExecutionTrigger;
}

/** An execution that began. */
export interface StartedExecution {
  readonly id: string;
  /** Resolves with the commit that holds the start. @throws what the store throws */
  accepted(): Promise<void>;
  /** Resolves when the execution ended or is in doubt, both durably. @throws the signal's reason */
  settled(signal?: AbortSignal): Promise<ExecutionView>;
}

/** What {@link Executor.runAndWait} answers: `settled` is false when the wait ended before the execution. */
export interface WaitedExecution {
  readonly settled: boolean;
  readonly execution: ExecutionView;
}

export interface ExecutorStats {
  readonly open: number;
  readonly running: number;
  readonly queued: number;
  readonly calls: number;
  readonly timers: number;
}

/** Runs executions durably. One executor owns the executions of one event store. */
export interface Executor {
  /** @throws Conv3nError `execution_exists`, `too_many_executions`, `executor_draining`, `input_too_large`, `input_not_json`, or the definition source's */
  start(request: StartRequest): Promise<StartedExecution>;
  /** The file the execution runs. @throws Conv3nError `execution_not_found` */
  definition(id: string): Promise<WorkflowFile>;
  /** Starts and waits at most `waitMs`; leaving (the signal) cancels nothing. */
  runAndWait(
    request: StartRequest,
    options: { readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<WaitedExecution>;
  /** Waits for an execution that may have been started before. */
  wait(id: string, options: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<WaitedExecution>;
  /** @throws Conv3nError `execution_not_found` */
  view(id: string): Promise<ExecutionView>;
  /** One step, with its input where it can be known. @throws Conv3nError `execution_not_found`, `step_not_found` */
  step(
    id: string,
    node: string,
    iteration?: readonly number[],
  ): Promise<StepView & { readonly input: JsonObject | null }>;
  /** The steps of a node in all its iterations, page by page. */
  steps(id: string, query: StepQuery): Promise<StepPage>;
  events(
    id: string,
    options?: { readonly afterVersion?: number; readonly limit?: number },
  ): Promise<readonly RecordedEvent[]>;
  /** Committed events from `afterVersion` on, live, until the execution ended or the signal aborts. */
  follow(
    id: string,
    options: { readonly afterVersion?: number; readonly signal: AbortSignal },
  ): AsyncIterable<RecordedEvent>;
  /** Resolves once the request is durable. @throws Conv3nError `execution_not_found`, `execution_ended` */
  cancel(id: string, by: string): Promise<void>;
  /** Resolves once the decision is durable. @throws Conv3nError `execution_not_found`, `step_not_found`, `step_not_in_doubt` */
  decide(id: string, decision: Decision): Promise<void>;
  /** Starts an ended execution anew with the same input; with `fromNode`, outcomes not behind it are taken over. */
  retry(id: string, fromNode?: string): Promise<StartedExecution>;
  /** Resumes every open execution; call it once, after blocks are registered. Answers how many. */
  recover(): Promise<number>;
  /** Stops: nothing new begins, running steps get `graceMs`, the rest resumes at the next start. */
  drain(graceMs: number): Promise<void>;
  stats(): ExecutorStats;
}

/** @throws Conv3nError `executor_misconfigured` when the stores cannot commit together */
export function createExecutor(options: ExecutorOptions): Executor {
  const { eventStore, index, variables } = options;
  for (const [name, backend] of Object.entries({ index: index.backend, variables: variables.backend })) {
    if (backend === eventStore.backend) continue;
    throw executorErrors.error(
      'executor_misconfigured',
      `The ${name} live in ${backend}, the events in ${eventStore.backend}; they must share one database.`,
    );
  }
  return new DurableExecutor(options);
}

class DurableExecutor implements Executor {
  readonly #options: ExecutorOptions;
  readonly #host: Host;
  readonly #plans: PlanCache;
  readonly #admission: Admission;
  readonly #followers = new Followers();
  readonly #runs = new Map<string, ExecutionRun>();
  readonly #opening = new Map<string, Promise<ExecutionRun | undefined>>();
  readonly #stop = new AbortController();
  #draining = false;
  #admitting = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    const limits = resolveLimits(options.limits);
    const { platform, eventStore: store, index, variables, blobs, blocks, definitions, env = {} } = options;
    this.#plans = new PlanCache(blocks, definitions, limits.maxPlans);
    this.#admission = new Admission(limits);
    blocks.watch?.(() => this.#plans.clear());
    this.#host = {
      platform,
      store,
      index,
      variables,
      values: new ValueStore(blobs, limits),
      blocks,
      limits,
      env,
      deadlines: new TimerHeap(platform.timers, () => platform.clock.monotonic()),
      alarms: new TimerHeap(platform.timers, () => platform.clock.now()),
      context: { caller: systemCaller, signal: this.#stop.signal },
      draining: () => this.#draining,
      committed: (id) => this.#followers.notify(id),
      changed: (id) => this.#changed(id),
      child: (request, signal) => this.#child(request, signal),
      cancelChild: (id, by) => {
        const run = this.#runs.get(id);
        if (run && !run.ended) cancelRun(run, by);
      },
    };
  }

  async start(request: StartRequest): Promise<StartedExecution> {
    const { plan, version } = await this.#planFor(request);
    const id = request.id ?? this.#options.platform.ids.next();
    if (request.id !== undefined) await this.#refuseKnown(id);
    return this.#begin(id, plan, {
      workflowId: request.workflowId ?? null,
      workflowVersion: version,
      ...(request.definition && { definition: request.definition }),
      trigger: request.trigger ?? { kind: 'api' },
      input: await this.#acceptInput(request.input ?? null),
    });
  }

  async #refuseKnown(id: string): Promise<void> {
    const known = this.#runs.has(id) || (await this.#host.store.streamVersion(streamOf(id))) > 0;
    if (known || this.#runs.has(id))
      throw executorErrors.error('execution_exists', `Execution ${id} was started before.`);
  }

  async definition(id: string): Promise<WorkflowFile> {
    return (await this.#stateOf(id)).plan.file;
  }

  async runAndWait(
    request: StartRequest,
    options: { readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<WaitedExecution> {
    const started = await this.start(request);
    const run = this.#runs.get(started.id);
    if (!run) return { settled: true, execution: await this.view(started.id) };
    return this.#waitFor(run, options);
  }

  async wait(
    id: string,
    options: { readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<WaitedExecution> {
    const run = this.#runs.get(id);
    return run ? this.#waitFor(run, options) : { settled: true, execution: await this.view(id) };
  }

  async view(id: string): Promise<ExecutionView> {
    const run = this.#runs.get(id);
    if (run) return this.#viewOf(run);
    return renderView(this.#host.values, (await this.#load(id)).state);
  }

  async step(id: string, node: string, iteration: readonly number[] = []) {
    return findSteps.one(this.#host, await this.#stateOf(id), node, iteration);
  }

  async steps(id: string, query: StepQuery): Promise<StepPage> {
    return findSteps.page(this.#host, await this.#stateOf(id), query);
  }

  async events(id: string, options: { readonly afterVersion?: number; readonly limit?: number } = {}) {
    const found = await this.#host.store.readStream(streamOf(id), options);
    if (found.length === 0 && (await this.#host.store.streamVersion(streamOf(id))) === 0) throw notFound(id);
    return found;
  }

  async *follow(
    id: string,
    options: { readonly afterVersion?: number; readonly signal: AbortSignal },
  ): AsyncIterable<RecordedEvent> {
    const { signal } = options;
    let after = options.afterVersion ?? 0;
    if ((await this.#host.store.streamVersion(streamOf(id))) === 0) throw notFound(id);
    const follower = this.#followers.add(id, signal);
    try {
      while (!signal.aborted) {
        for await (const event of eventsOf(this.#host.store, id, after)) {
          if (signal.aborted) return;
          after = event.version;
          yield event;
          if (isTerminalEvent(event.type)) return;
        }
        await follower.next();
      }
    } finally {
      follower.close();
    }
  }

  async cancel(id: string, by: string): Promise<void> {
    const run = await this.#openRun(id);
    if (!run || run.state.final) throw ended(id);
    cancelRun(run, by);
    await run.onDurable();
  }

  async decide(id: string, decision: Decision): Promise<void> {
    const run = await this.#openRun(id);
    if (!run || run.state.final) throw ended(id);
    run.decide(decision);
    await run.onDurable();
  }

  async retry(id: string, fromNode?: string): Promise<StartedExecution> {
    const { state } = await this.#load(id);
    if (!state.final) {
      throw executorErrors.error('execution_open', `Execution ${id} is still open. Cancel it or wait for its end.`);
    }
    const newId = this.#options.platform.ids.next();
    const { values } = this.#host;
    const { node } = state.trigger;
    const carried = fromNode === undefined ? undefined : await carriedOutcomes(values, state, fromNode, newId);
    return this.#begin(newId, state.plan, {
      workflowId: state.workflowId,
      workflowVersion: state.workflowVersion,
      ...(state.workflowId === null && { definition: state.plan.file }),
      trigger: { kind: 'retry', parentExecutionId: id, ...(node !== undefined && { node }) },
      input: { stored: await values.copy(id, newId, state.input) },
      ...(carried && { carried }),
    });
  }

  async recover(): Promise<number> {
    const { index, limits } = this.#host;
    let after: string | undefined;
    let count = 0;
    for (;;) {
      const ids = await index.open({ limit: limits.recoverAtOnce, ...(after !== undefined && { after }) });
      const opened = await Promise.all(ids.map((id) => this.#recoverOne(id)));
      count += opened.filter(Boolean).length;
      after = ids[ids.length - 1];
      if (ids.length < limits.recoverAtOnce || after === undefined) return count;
    }
  }

  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const { deadlines, platform, alarms } = this.#host;
    const runs = [...this.#runs.values()];
    for (const run of runs) run.hurry();
    if (graceMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const disarm = deadlines.add(platform.clock.monotonic() + graceMs, resolve);
      await Promise.race([promise, Promise.allSettled(runs.map((run) => run.quiet()))]);
      disarm();
    }
    for (const run of this.#runs.values()) run.close(draining());
    this.#runs.clear();
    this.#stop.abort();
    this.#followers.close();
    deadlines.close();
    alarms.close();
  }

  stats(): ExecutorStats {
    let calls = 0;
    for (const run of this.#runs.values()) calls += run.calls.size;
    return {
      open: this.#runs.size,
      running: this.#admission.running,
      queued: this.#admission.queued,
      calls,
      timers: this.#host.alarms.size,
    };
  }

  async #planFor(request: StartRequest): Promise<{ readonly plan: WorkflowPlan; readonly version: number | null }> {
    if (this.#draining) throw draining();
    if (request.definition) return { plan: this.#plans.unsaved(request.definition), version: request.version ?? null };
    if (request.workflowId === undefined) {
      throw executorErrors.error('nothing_to_run', 'Name a workflow or give a definition.');
    }
    return this.#plans.saved(request.workflowId, request.version);
  }

  #acceptInput(input: JsonValue): { readonly value: JsonValue; readonly size: number } {
    const { maxInputBytes } = this.#host.limits;
    const checked = checkJson(input, maxInputBytes);
    if (checked.kind === 'json') return checked;
    if (checked.kind === 'not_json') {
      throw executorErrors.error('input_not_json', `The input is not JSON: ${checked.problem}.`);
    }
    throw executorErrors.error('input_too_large', `The input is larger than ${maxInputBytes} bytes of JSON.`);
  }

  async #begin(id: string, plan: WorkflowPlan, facts: StartFacts): Promise<StartedExecution> {
    const { values, platform, limits } = this.#host;
    const key = facts.workflowId ?? id;
    const isChild = facts.depth !== undefined;
    const entry = { id, key, concurrency: plan.concurrency };
    const queued = !isChild && this.#admission.request(entry) === 'queue';
    try {
      const { input, ...others } = facts;
      const stored: StoredValue =
        'stored' in input
          ? input.stored
          : values.mustSpill(input.value, input.size)
            ? await values.spill(id, input.value)
            : input.value;
      if (this.#draining) throw draining();
      const event: ExecutionEvent = {
        type: 'execution_started',
        data: {
          ...others,
          name: plan.name,
          input: stored,
          at: platform.clock.now(),
          seed: seedOf(id),
          ...(queued && { queued: true as const }),
        },
      };
      const run = new ExecutionRun(this.#host, beginExecution(id, plan, event), 0);
      this.#runs.set(id, run);
      run.begin(event);
      return this.#handle(run);
    } catch (error) {
      this.#admission.release(id);
      if (queued) this.#admission.forget(id, key);
      platform.log.write('warn', 'execution did not start', { execution: id, limit: limits.maxRunning });
      throw error;
    }
  }

  #handle(run: ExecutionRun): StartedExecution {
    return {
      id: run.id,
      accepted: () => run.onAccepted(),
      settled: async (signal) => {
        await restOf(run, signal);
        return this.#viewOf(run);
      },
    };
  }

  async #waitFor(
    run: ExecutionRun,
    { waitMs, signal }: { readonly waitMs: number; readonly signal?: AbortSignal },
  ): Promise<WaitedExecution> {
    const { deadlines, platform } = this.#host;
    const controller = new AbortController();
    const leave = () => controller.abort();
    const disarm = run.closed ? undefined : deadlines.add(platform.clock.monotonic() + waitMs, leave);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await restOf(run, controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      disarm?.();
      signal?.removeEventListener('abort', leave);
    }
    const execution = await this.#viewOf(run);
    return { settled: isTerminal(execution.status) || execution.status === 'in_doubt', execution };
  }

  async #viewOf(run: ExecutionRun): Promise<ExecutionView> {
    if (!run.durable && !run.closed) await run.onDurable();
    if (run.closed && !run.durable) return this.view(run.id);
    return renderView(this.#host.values, run.state);
  }

  /** The state when everything in it is durable. */
  async #stateOf(id: string) {
    const run = this.#runs.get(id);
    if (!run) return (await this.#load(id)).state;
    if (!run.durable && !run.closed) await run.onDurable();
    return run.state;
  }

  #load(id: string): Promise<LoadedExecution> {
    return loadExecution(this.#host.store, this.#plans, id);
  }

  /** The open run, loaded if it is not in memory; undefined when the execution has ended. */
  #openRun(id: string): Promise<ExecutionRun | undefined> {
    const run = this.#runs.get(id);
    if (run) return Promise.resolve(run);
    const opening = this.#opening.get(id) ?? this.#open(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #open(id: string): Promise<ExecutionRun | undefined> {
    const { state, version } = await this.#load(id);
    if (state.final || this.#draining) return undefined;
    const run = new ExecutionRun(this.#host, state, version);
    this.#runs.set(id, run);
    const entry = { id, key: state.workflowId ?? id, concurrency: state.plan.concurrency };
    if (state.queued) this.#admission.enqueue(entry);
    run.resume();
    this.#changed(id);
    return run;
  }

  async #recoverOne(id: string): Promise<boolean> {
    try {
      return (await this.#openRun(id)) !== undefined;
    } catch (thrown) {
      const error = toConv3nError(thrown);
      const { platform, index, store } = this.#host;
      platform.log.write('error', 'execution could not be resumed', {
        execution: id,
        code: error.code,
        reason: error.message,
      });
      if (error.retryable) return false;
      const summary = await index.get(id);
      if (!summary) return false;
      const now = platform.clock.now();
      const version = await store.streamVersion(streamOf(id));
      const detail = executorErrors
        .error('execution_broken', `The execution cannot go on: ${error.message}`, { details: { cause: error.code } })
        .toDetail();
      const event = {
        type: 'execution_failed',
        data: { error: detail as unknown as JsonObject, t: now - summary.createdAt },
      };
      await store.append(streamOf(id), version, [event], {
        writes: [index.put({ ...summary, status: 'failed', finishedAt: now, errorCode: detail.code })],
      });
      return false;
    }
  }

  async #child(request: ChildRequest, signal: AbortSignal): Promise<ExecutionView> {
    const run = await this.#childRun(request);
    if (!run) return this.view(request.id);
    while (!run.state.final) {
      await run.waits.onEnd(signal);
      if (run.closed && !run.state.final) throw draining();
    }
    return this.#viewOf(run);
  }

  async #childRun(request: ChildRequest): Promise<ExecutionRun | undefined> {
    const { id, workflowId, parentId, depth } = request;
    if (this.#runs.has(id) || (await this.#host.store.streamVersion(streamOf(id))) > 0) return this.#openRun(id);
    const { plan, version } = await this.#planFor(request);
    await this.#begin(id, plan, {
      workflowId,
      workflowVersion: version,
      trigger: { kind: 'workflow', parentExecutionId: parentId },
      input: this.#acceptInput(request.input),
      depth,
    });
    return this.#runs.get(id);
  }

  /** Gives places back and lets queued executions in. */
  #changed(id: string): void {
    const run = this.#runs.get(id);
    if (!run) return;
    const { state } = run;
    const key = state.workflowId ?? id;
    if (run.closed) {
      this.#runs.delete(id);
      this.#admission.release(id);
      this.#admission.forget(id, key);
    } else {
      const status = executionStatus(state);
      if (status === 'waiting' || status === 'in_doubt') this.#admission.release(id);
      else if (status === 'running' && state.depth === 0) {
        this.#admission.take({ id, key, concurrency: state.plan.concurrency });
      }
    }
    this.#admitQueued();
  }

  #admitQueued(): void {
    if (this.#admitting || this.#draining) return;
    this.#admitting = true;
    try {
      for (let id = this.#admission.next(); id !== undefined; id = this.#admission.next()) {
        const run = this.#runs.get(id);
        if (run?.state.queued) run.admit();
        else this.#admission.release(id);
      }
    } finally {
      this.#admitting = false;
    }
  }
}

interface StartFacts {
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  readonly definition?: WorkflowFile;
  readonly trigger: ExecutionTrigger;
  readonly input: { readonly value: JsonValue; readonly size: number } | { readonly stored: StoredValue };
  readonly depth?: number;
  readonly carried?: Readonly<Record<string, { readonly data: StoredValue; readonly port: string | null }>>;
}

function cancelRun(run: ExecutionRun, by: string): void {
  if (!run.state.ending) run.emit('execution_cancel_requested', { by }, { urgent: true });
  run.pump();
}

async function restOf(run: ExecutionRun, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (run.resting) return;
  const { done, cancel } = run.waits.onRest();
  if (!signal) return done;
  const leave = Promise.withResolvers<void>();
  const onAbort = () => leave.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([done, leave.promise]);
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

const terminalEvents: ReadonlySet<string> = new Set([
  'execution_succeeded',
  'execution_failed',
  'execution_cancelled',
  'execution_timed_out',
]);

function isTerminalEvent(type: string): boolean {
  return terminalEvents.has(type);
}

/** Recorded randomness comes from the id, whose last 62 bits are random. */
function seedOf(id: string): number {
  let seed = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) seed = Math.imul(seed ^ id.charCodeAt(index), 0x01000193);
  return seed >>> 0;
}

function ended(id: string) {
  return executorErrors.error('execution_ended', `Execution ${id} has ended; nothing can change it. Retry it instead.`);
}

function draining() {
  return executorErrors.error(
    'executor_draining',
    'The server is stopping and starts nothing new. Try again in a moment.',
  );
}
