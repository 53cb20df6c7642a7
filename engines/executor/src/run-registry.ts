import { type Disposer, type JsonValue, systemCaller, toConv3nError } from '@conv3n/platform';
import {
  beginExecution,
  type ExecutionEvent,
  type ExecutionTrigger,
  type ExecutionView,
  executionStatus,
  type StoredValue,
  type WorkflowFile,
  type WorkflowPlan,
} from '@conv3n/workflow';
import { Admission } from './admission.ts';
import { cancelRun } from './decision.ts';
import { executorErrors } from './errors.ts';
import { type LoadedExecution, loadExecution, renderView } from './execution-history.ts';
import { ExecutionRun } from './execution-run.ts';
import type { ExecutorStats, StartRequest } from './executor.ts';
import { Followers } from './followers.ts';
import { type ChildRequest, type Host, streamOf } from './host.ts';
import { checkJson } from './json-check.ts';
import { type ExecutorOptions, resolveLimits } from './options.ts';
import { PlanCache } from './plan-cache.ts';
import { renderRun } from './run-view.ts';
import { TimerHeap } from './timer-heap.ts';
import { ValueStore } from './value-store.ts';

/** Milliseconds until an execution is tried again that could not be loaded when it should wake. */
const wakeAgainMs = 30_000;

/** Everything a new execution begins with. */
export interface StartFacts {
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  readonly definition?: WorkflowFile;
  readonly trigger: ExecutionTrigger;
  readonly input: { readonly value: JsonValue; readonly size: number } | { readonly stored: StoredValue };
  readonly depth?: number;
  readonly carried?: Readonly<Record<string, { readonly data: StoredValue; readonly port: string | null }>>;
}

/** The open executions in memory: begins and opens them, admits them, and ends them all when the server stops. */
export class RunRegistry {
  readonly host: Host;
  readonly followers = new Followers();
  readonly #plans: PlanCache;
  readonly #admission: Admission;
  readonly #runs = new Map<string, ExecutionRun>();
  readonly #opening = new Map<string, Promise<ExecutionRun | undefined>>();
  /** Executions that only wait, out of memory: what wakes each. */
  readonly #sleeping = new Map<string, Disposer>();
  readonly #stop = new AbortController();
  #draining = false;
  #admitting = false;

  constructor(options: ExecutorOptions) {
    const limits = resolveLimits(options.limits);
    const { platform, eventStore: store, index, variables, blobs, blocks, definitions, env = {} } = options;
    this.#plans = new PlanCache(blocks, definitions, limits.maxPlans);
    this.#admission = new Admission(limits);
    blocks.watch?.(() => this.#plans.clear());
    this.host = {
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
      committed: (id) => this.followers.notify(id),
      changed: (id) => this.#changed(id),
      child: (request, signal) => this.#child(request, signal),
      cancelChild: (id, by) => {
        void this.openRun(id).then(
          (run) => run && !run.ended && cancelRun(run, by),
          // A child whose start never became durable has nothing to cancel.
          (error: unknown) =>
            this.host.platform.log.write('info', 'child was not cancelled', {
              execution: id,
              code: toConv3nError(error).code,
            }),
        );
      },
    };
  }

  get(id: string): ExecutionRun | undefined {
    return this.#runs.get(id);
  }

  /** @throws Conv3nError `executor_draining`, `nothing_to_run`, or the definition source's */
  async planFor(request: StartRequest): Promise<{ readonly plan: WorkflowPlan; readonly version: number | null }> {
    if (this.#draining) throw draining();
    if (request.definition) return { plan: this.#plans.unsaved(request.definition), version: request.version ?? null };
    if (request.workflowId === undefined) {
      throw executorErrors.error('nothing_to_run', 'Name a workflow or give a definition.');
    }
    return this.#plans.saved(request.workflowId, request.version);
  }

  /** @throws Conv3nError `input_not_json`, `input_too_large` */
  acceptInput(input: JsonValue): { readonly value: JsonValue; readonly size: number } {
    const { maxInputBytes } = this.host.limits;
    const checked = checkJson(input, maxInputBytes);
    if (checked.kind === 'json') return checked;
    if (checked.kind === 'not_json') {
      throw executorErrors.error('input_not_json', `The input is not JSON: ${checked.problem}.`);
    }
    throw executorErrors.error('input_too_large', `The input is larger than ${maxInputBytes} bytes of JSON.`);
  }

  /** Begins an execution. @throws Conv3nError `too_many_executions`, or what the blob store throws */
  async begin(id: string, plan: WorkflowPlan, facts: StartFacts): Promise<ExecutionRun> {
    const { values, platform, limits } = this.host;
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
      const run = new ExecutionRun(this.host, beginExecution(id, plan, event), 0);
      this.#runs.set(id, run);
      run.begin(event);
      return run;
    } catch (error) {
      this.#admission.release(id);
      if (queued) this.#admission.forget(id, key);
      platform.log.write('warn', 'execution did not start', { execution: id, limit: limits.maxRunning });
      throw error;
    }
  }

  load(id: string): Promise<LoadedExecution> {
    return loadExecution(this.host.store, this.#plans, id);
  }

  /** The open run, loaded if it is not in memory; undefined when the execution has ended. */
  openRun(id: string): Promise<ExecutionRun | undefined> {
    const run = this.#runs.get(id);
    if (run) return Promise.resolve(run);
    const opening = this.#opening.get(id) ?? this.#open(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #open(id: string): Promise<ExecutionRun | undefined> {
    const { state, version } = await this.load(id);
    this.#sleeping.get(id)?.();
    this.#sleeping.delete(id);
    if (state.final || this.#draining) return undefined;
    const run = new ExecutionRun(this.host, state, version);
    this.#runs.set(id, run);
    const entry = { id, key: state.workflowId ?? id, concurrency: state.plan.concurrency };
    if (state.queued) this.#admission.enqueue(entry);
    run.resume();
    this.#place(run);
    return run;
  }

  async #child(request: ChildRequest, signal: AbortSignal): Promise<ExecutionView> {
    let run = await this.#childRun(request);
    while (run && !run.state.final) {
      if (run.failure) throw run.failure;
      if (run.closed) run = await this.openRun(request.id);
      else await run.waits.onEnd(signal);
    }
    return run ? renderRun(run) : renderView(this.host.values, (await this.load(request.id)).state);
  }

  async #childRun(request: ChildRequest): Promise<ExecutionRun | undefined> {
    const { id, workflowId, parentId, depth } = request;
    if (this.#runs.has(id) || (await this.host.store.streamVersion(streamOf(id))) > 0) return this.openRun(id);
    const { plan, version } = await this.planFor(request);
    return this.begin(id, plan, {
      workflowId,
      workflowVersion: version,
      trigger: { kind: 'workflow', parentExecutionId: parentId },
      input: this.acceptInput(request.input),
      depth,
    });
  }

  /** Resumes an execution after a restart; one that only waits leaves the memory again. Answers whether it was open. */
  async recover(id: string): Promise<boolean> {
    const run = await this.openRun(id);
    if (run) this.#changed(id);
    return run !== undefined;
  }

  /** Gives places back and lets queued executions in. */
  #changed(id: string): void {
    const run = this.#runs.get(id);
    if (!run) return;
    if (run.closed) {
      this.#runs.delete(id);
      this.#admission.release(id);
      this.#admission.forget(id, run.state.workflowId ?? id);
    } else {
      this.#place(run);
      this.#sleep(run);
    }
    this.#admitQueued();
  }

  #place({ id, state }: ExecutionRun): void {
    const status = executionStatus(state);
    if (status === 'waiting' || status === 'in_doubt') this.#admission.release(id);
    else if (status === 'running' && state.depth === 0) {
      this.#admission.take({ id, key: state.workflowId ?? id, concurrency: state.plan.concurrency });
    }
  }

  /** Takes an execution that only waits out of memory; its events bring it back. */
  #sleep(run: ExecutionRun): void {
    const until = run.sleepsUntil;
    if (until === undefined || until - run.now() < this.host.limits.sleepMs || this.#draining) return;
    this.#runs.delete(run.id);
    run.close();
    this.#wakeAt(run.id, until);
  }

  /** Apart from `#sleep`, so that the timer does not hold on to the run. */
  #wakeAt(id: string, at: number): void {
    this.#sleeping.set(
      id,
      this.host.alarms.add(at, () => this.#wake(id)),
    );
  }

  #wake(id: string): void {
    this.openRun(id).catch((thrown: unknown) => {
      const { platform } = this.host;
      const error = toConv3nError(thrown);
      platform.log.write('error', 'execution could not be woken', { execution: id, code: error.code });
      this.#wakeAt(id, platform.clock.now() + wakeAgainMs);
    });
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

  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const { deadlines, platform, alarms } = this.host;
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
    this.#sleeping.clear();
    this.#stop.abort();
    this.followers.close();
    deadlines.close();
    alarms.close();
  }

  stats(): ExecutorStats {
    let calls = 0;
    for (const run of this.#runs.values()) calls += run.calls.size;
    return {
      open: this.#runs.size + this.#sleeping.size,
      sleeping: this.#sleeping.size,
      running: this.#admission.running,
      queued: this.#admission.queued,
      calls,
      timers: this.host.alarms.size,
    };
  }
}

/** Recorded randomness comes from the id, whose last 62 bits are random. */
function seedOf(id: string): number {
  let seed = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) seed = Math.imul(seed ^ id.charCodeAt(index), 0x01000193);
  return seed >>> 0;
}

/** Why nothing new begins. */
export function draining() {
  return executorErrors.error(
    'executor_draining',
    'The server is stopping and starts nothing new. Try again in a moment.',
  );
}
