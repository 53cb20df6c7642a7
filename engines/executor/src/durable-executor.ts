import type { RecordedEvent } from '@conv3n/potter';
import { type ExecutionState, type ExecutionView, isTerminal, type WorkflowFile } from '@conv3n/workflow';
import { brokenView } from './broken-view.ts';
import { cancelRun, type Decision, decideStep } from './decision.ts';
import { executorErrors } from './errors.ts';
import { eventsOf, notFound, renderView } from './execution-history.ts';
import type { ExecutionRun } from './execution-run.ts';
import type { Executor, ExecutorStats, StartedExecution, StartRequest, WaitedExecution } from './executor.ts';
import { streamOf } from './host.ts';
import type { ExecutorOptions } from './options.ts';
import { recoverAll } from './recovery.ts';
import { carriedOutcomes } from './rerun.ts';
import { RunRegistry } from './run-registry.ts';
import { renderRun, restOf } from './run-view.ts';
import { findSteps, type StepPage, type StepQuery } from './step-history.ts';

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
  readonly #registry: RunRegistry;

  constructor(options: ExecutorOptions) {
    this.#registry = new RunRegistry(options);
  }

  async start(request: StartRequest): Promise<StartedExecution> {
    return this.#handle(await this.#start(request));
  }

  async runAndWait(request: StartRequest, options: WaitOptions): Promise<WaitedExecution> {
    const run = await this.#start(request);
    return run.slept ? this.wait(run.id, options) : waitFor(run, options);
  }

  async wait(id: string, options: WaitOptions): Promise<WaitedExecution> {
    const run = await this.#registry.openRun(id);
    return run ? waitFor(run, options) : { settled: true, execution: await this.view(id) };
  }

  async definition(id: string): Promise<WorkflowFile> {
    return (await this.#stateOf(id)).plan.file;
  }

  async view(id: string): Promise<ExecutionView> {
    const run = this.#registry.get(id);
    if (run) return renderRun(run);
    const { host } = this.#registry;
    try {
      return await renderView(host.values, (await this.#registry.load(id)).state);
    } catch (error) {
      return brokenView(host, id, error);
    }
  }

  async step(id: string, node: string, iteration: readonly number[] = []) {
    return findSteps.one(this.#registry.host, await this.#stateOf(id), node, iteration);
  }

  async steps(id: string, query: StepQuery): Promise<StepPage> {
    return findSteps.page(this.#registry.host, await this.#stateOf(id), query);
  }

  async events(id: string, options: { readonly afterVersion?: number; readonly limit?: number } = {}) {
    const found = await this.#registry.host.store.readStream(streamOf(id), options);
    if (found.length === 0 && (await this.#registry.host.store.streamVersion(streamOf(id))) === 0) throw notFound(id);
    return found;
  }

  async *follow(
    id: string,
    options: { readonly afterVersion?: number; readonly signal: AbortSignal },
  ): AsyncIterable<RecordedEvent> {
    const { signal } = options;
    let after = options.afterVersion ?? 0;
    const [last] = await this.#registry.host.store.readStream(streamOf(id), { direction: 'backward', limit: 1 });
    if (!last) throw notFound(id);
    if (isTerminalEvent(last.type) && last.version <= after) return;
    const follower = this.#registry.followers.add(id, signal);
    try {
      while (!signal.aborted) {
        for await (const event of eventsOf(this.#registry.host.store, id, after)) {
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
    const run = await this.#registry.openRun(id);
    if (!run || run.state.final) throw ended(id);
    cancelRun(run, by);
    await run.onDurable();
  }

  async decide(id: string, decision: Decision): Promise<void> {
    const run = await this.#registry.openRun(id);
    if (!run || run.state.final) throw ended(id);
    decideStep(run, decision);
    await run.onDurable();
  }

  async retry(id: string, fromNode?: string): Promise<StartedExecution> {
    const { state } = await this.#registry.load(id);
    if (!state.final) {
      throw executorErrors.error('execution_open', `Execution ${id} is still open. Cancel it or wait for its end.`);
    }
    const newId = this.#registry.host.platform.ids.next();
    const { values } = this.#registry.host;
    const { node } = state.trigger;
    const carried = fromNode === undefined ? undefined : await carriedOutcomes(values, state, fromNode, newId);
    const run = await this.#registry.begin(newId, state.plan, {
      workflowId: state.workflowId,
      workflowVersion: state.workflowVersion,
      ...(state.workflowId === null && { definition: state.plan.file }),
      trigger: { kind: 'retry', parentExecutionId: id, ...(node !== undefined && { node }) },
      input: { stored: await values.copy(id, newId, state.input) },
      ...(carried && { carried }),
    });
    return this.#handle(run);
  }

  recover(): Promise<number> {
    return recoverAll(this.#registry);
  }

  drain(graceMs: number): Promise<void> {
    return this.#registry.drain(graceMs);
  }

  stats(): ExecutorStats {
    return this.#registry.stats();
  }

  #handle(run: ExecutionRun): StartedExecution {
    return {
      id: run.id,
      accepted: () => run.onAccepted(),
      settled: async (signal) => {
        const live = run.slept ? await this.#registry.openRun(run.id) : run;
        if (!live) return this.view(run.id);
        await restOf(live, signal);
        return renderRun(live);
      },
    };
  }

  async #start(request: StartRequest): Promise<ExecutionRun> {
    const registry = this.#registry;
    const { plan, version } = await registry.planFor(request);
    const id = request.id ?? registry.host.platform.ids.next();
    if (request.id !== undefined) await this.#refuseKnown(id);
    return registry.begin(id, plan, {
      workflowId: request.workflowId ?? null,
      workflowVersion: version,
      ...(request.definition && { definition: request.definition }),
      trigger: request.trigger ?? { kind: 'api' },
      input: registry.acceptInput(request.input ?? null),
    });
  }

  async #refuseKnown(id: string): Promise<void> {
    const { host } = this.#registry;
    const stored = (await host.store.streamVersion(streamOf(id))) > 0;
    if (stored || this.#registry.get(id)) {
      throw executorErrors.error('execution_exists', `Execution ${id} was started before.`);
    }
  }

  /** The state when everything in it is durable. */
  async #stateOf(id: string): Promise<ExecutionState> {
    const run = this.#registry.get(id);
    if (!run) return (await this.#registry.load(id)).state;
    if (!run.durable && !run.closed) await run.onDurable();
    return run.state;
  }
}

type WaitOptions = { readonly waitMs: number; readonly signal?: AbortSignal };

async function waitFor(
  run: ExecutionRun,
  { waitMs, signal }: { readonly waitMs: number; readonly signal?: AbortSignal },
): Promise<WaitedExecution> {
  const { deadlines, platform } = run.host;
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
  const execution = await renderRun(run);
  return { settled: isTerminal(execution.status) || execution.status === 'in_doubt', execution };
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

function ended(id: string) {
  return executorErrors.error('execution_ended', `Execution ${id} has ended; nothing can change it. Retry it instead.`);
}
