import { type AtomicWrite, isConv3nError, toConv3nError } from '@conv3n/platform';
import {
  type Command,
  claim,
  type ExecutionEvent,
  type ExecutionState,
  evolve,
  executionStatus,
  executionSummary,
  isSettled,
  isTerminal,
  nextCommands,
  type StepState,
} from '@conv3n/workflow';
import { endExecution } from './ending.ts';
import { executorErrors } from './errors.ts';
import type { Host } from './host.ts';
import { LoopItems } from './loop-items.ts';
import { finishLoop } from './loop-outcome.ts';
import { runTightLoop } from './loop-steps.ts';
import { at, type DataOf, type EmitOptions, type Run, stepKey } from './run.ts';
import { wakeTime } from './sleep.ts';
import { startStep } from './start-step.ts';
import type { StepCall } from './step-call.ts';
import { resumeSteps } from './step-resume.ts';
import { StreamWriter } from './stream-writer.ts';
import { Waits } from './waits.ts';

/** Something that may begin once what it depends on is durable. */
interface Deferred {
  readonly step: StepState;
  readonly start: () => void;
}

/**
 * One open execution in memory: the only writer of its stream.
 *
 * I1 An event is folded when it is emitted and durable when its flush resolved. Nobody outside sees it before.
 * I2 While an outcome that is not pure is not yet durable (`barrier`), no step starts.
 * I3 A step that is not pure starts only when nothing is pending.
 * I4 Outcomes, intents that follow from them, and the index row travel in one append.
 */
export class ExecutionRun implements Run {
  readonly host: Host;
  readonly state: ExecutionState;
  readonly waits = new Waits();
  readonly items: LoopItems;
  readonly calls = new Map<StepState, StepCall>();
  /** Set while the end is being prepared: a step is undone, or the output is put together. */
  ending = false;
  readonly #writer: StreamWriter;
  #events: ExecutionEvent[] = [];
  #writes: AtomicWrite[] = [];
  #barrier = false;
  #flushing = false;
  #urgent = false;
  #pumping = false;
  #lingering = false;
  #deferred: Deferred[] = [];
  #closed = false;
  #failure: Error | undefined;

  constructor(host: Host, state: ExecutionState, version: number) {
    this.host = host;
    this.state = state;
    this.#writer = new StreamWriter(host, state.id, version, {
      written: () => this.#flushed(),
      lost: (error) => this.close(error),
    });
    this.items = new LoopItems(host, state);
  }

  get id(): string {
    return this.state.id;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** True when the run left the memory although its execution goes on. */
  get slept(): boolean {
    return this.#closed && !this.state.final && !this.#failure;
  }

  /** Why the run closed before its execution ended. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** True when everything folded is durable. */
  get durable(): boolean {
    return this.#events.length === 0 && !this.#flushing;
  }

  /** Begins a new execution whose first event is already folded. */
  begin(started: ExecutionEvent): void {
    this.#events.push(started);
    this.#armTimeout();
    this.pump();
  }

  /** Goes on with an execution loaded from its events. */
  resume(): void {
    this.#writer.indexed(executionSummary(this.state));
    this.#armTimeout();
    resumeSteps(this);
    this.pump();
  }

  now(): number {
    return this.host.platform.clock.now();
  }

  /** Folds an event now; it becomes durable with the next flush. `writes` commit with it. */
  emit<Type extends ExecutionEvent['type']>(type: Type, data: DataOf<Type>, options: EmitOptions = {}): void {
    const t = (options.time ?? this.now()) - this.state.createdAt;
    const event = { type, data: t === 0 ? data : { ...data, t } } as unknown as ExecutionEvent;
    evolve(this.state, event);
    this.#events.push(event);
    if (options.writes) this.#writes.push(...options.writes);
    if (options.durable) this.#barrier = true;
    if (options.durable || options.urgent) this.#urgent = true;
  }

  /** Does everything that is possible now, then sees to it that it becomes durable. */
  pump(): void {
    if (this.#pumping || this.#closed) return;
    this.#pumping = true;
    try {
      this.#work();
      if (this.calls.size > 0) this.#killCalls();
      this.waits.dropChildren();
      if (!this.host.draining() || this.state.ending) endExecution(this);
    } catch (error) {
      this.breakDown(error);
    } finally {
      this.#pumping = false;
    }
    this.#settleUp();
  }

  #work(): void {
    while (!this.#flushing && !this.host.draining() && this.#events.length < this.host.limits.commitEvents) {
      const commands = nextCommands(this.state);
      if (commands.length === 0) return;
      for (const command of commands) {
        // A command before it may have ended the execution.
        if (command.step.status === (command.kind === 'run' ? 'ready' : 'running')) this.#dispatch(command);
      }
    }
    if (this.#events.length >= this.host.limits.commitEvents) this.#urgent = true;
  }

  #dispatch(command: Command): void {
    const { step } = command;
    const free = command.kind === 'run' && step.node.effect === 'pure';
    if (this.#barrier || (!free && command.kind === 'run' && this.#events.length > 0)) {
      this.#defer(command);
      return;
    }
    if (command.kind === 'run' && step.node.effect === 'external') {
      this.#defer(command);
      return;
    }
    this.#start(command);
  }

  /** Waits for the next flush. An external step's intent is part of that flush. */
  #defer(command: Command): void {
    const { step } = command;
    if (command.kind === 'run') {
      claim(step);
      if (step.node.effect === 'external') this.emitIntent(step);
    }
    this.afterFlush(step, () => this.#start(command));
  }

  /** Starts something for a step once everything emitted so far is durable, unless the step was given up by then. */
  afterFlush(step: StepState, start: () => void): void {
    this.#deferred.push({ step, start });
    this.#urgent = true;
  }

  /** Runs an external step again after its block said that nothing happened. */
  again(step: StepState): void {
    this.emitIntent(step);
    this.afterFlush(step, () => startStep(this, step));
  }

  emitIntent(step: StepState): void {
    this.emit(
      'step_started',
      { ...at(step), attempt: step.attempts + 1, key: stepKey(this.state, step) },
      { urgent: true },
    );
  }

  #start(command: Command): void {
    const { step } = command;
    if (command.kind === 'iterate') runTightLoop(this, step);
    else if (command.kind === 'finish_loop') finishLoop(this, step);
    else {
      if (step.status === 'ready') claim(step);
      startStep(this, step);
    }
  }

  #startDeferred(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const { step, start } of deferred) {
      if (step.killed && step.intent) this.emit('step_cancelled', at(step), { durable: true });
      else if (!isSettled(step) && (step.intent || !this.host.draining())) start();
    }
  }

  #killCalls(): void {
    for (const [step, call] of this.calls) {
      if (step.status === 'cancelled' || step.status === 'failed' || step.killed) call.kill();
    }
  }

  #settleUp(): void {
    if (this.#closed || this.#flushing) return;
    if (this.#events.length === 0) {
      if (this.#deferred.length > 0) this.#afterFlush();
      return;
    }
    if (this.#urgent || this.state.final || this.calls.size === 0) this.#flush();
    else if (!this.#lingering) this.#linger();
  }

  #linger(): void {
    this.#lingering = true;
    const { deadlines, limits, platform } = this.host;
    deadlines.add(platform.clock.monotonic() + limits.lingerMs, () => {
      this.#lingering = false;
      if (!this.#flushing && this.#events.length > 0 && !this.#closed) this.#flush();
    });
  }

  /** Sees to it that everything folded becomes durable soon. */
  hurry(): void {
    this.#urgent = true;
    if (!this.#pumping) this.#settleUp();
  }

  #flush(): void {
    const events = this.#events;
    const writes = this.#writes;
    this.#events = [];
    this.#writes = [];
    this.#urgent = false;
    this.#flushing = true;
    this.#writer.write(events, writes, executionSummary(this.state));
  }

  #flushed(): void {
    this.#flushing = false;
    this.#barrier = false;
    this.host.committed(this.id);
    this.waits.accept();
    if (this.waits.wantsDurable && this.#events.length > 0) {
      this.#flush();
      return;
    }
    if (this.durable) this.waits.durable();
    if (this.state.final && this.durable) {
      this.close();
      return;
    }
    this.#afterFlush();
    this.host.changed(this.id);
  }

  #afterFlush(): void {
    if (this.#closed) return;
    this.#pumping = true;
    try {
      this.#startDeferred();
    } catch (error) {
      this.breakDown(error);
    } finally {
      this.#pumping = false;
    }
    this.pump();
    this.#noteRest();
  }

  #noteRest(): void {
    if (!this.durable || this.#closed || !this.waits.wantsRest) return;
    if (executionStatus(this.state) === 'in_doubt') this.waits.rest();
  }

  /** The fold or the engine itself failed: this execution ends, the process goes on. */
  breakDown(thrown: unknown): void {
    const cause = toConv3nError(thrown);
    this.host.platform.log.write('error', 'execution broke down', {
      execution: this.id,
      code: cause.code,
      reason: cause.message,
      stack: thrown instanceof Error ? thrown.stack : undefined,
    });
    if (this.state.final) return;
    const error = isConv3nError(thrown)
      ? cause.toDetail()
      : executorErrors
          .error('execution_broken', `The execution cannot go on: ${cause.message}`, { details: { cause: cause.code } })
          .toDetail();
    this.emit('execution_failed', { error }, { urgent: true });
    for (const call of [...this.calls.values()]) call.abandon();
    this.#deferred = [];
  }

  alarm(at: number, act: () => void): void {
    this.waits.alarm(this.host.alarms, at, () => {
      try {
        act();
      } catch (error) {
        this.breakDown(error);
      }
      this.pump();
    });
  }

  #armTimeout(): void {
    const { timeoutMs } = this.state.plan;
    const { startedAt } = this.state;
    if (timeoutMs === null || startedAt === null || this.state.final) return;
    this.alarm(startedAt + timeoutMs, () => {
      if (this.state.final || this.state.ending) return;
      this.emit('execution_cancel_requested', { by: 'system', reason: 'timeout' }, { urgent: true });
    });
  }

  /** True when the execution ended or is in doubt, and that is durable. */
  get resting(): boolean {
    return this.durable && (this.ended || executionStatus(this.state) === 'in_doubt');
  }

  /** Resolves with the first commit, and sees to it that it comes soon. */
  onAccepted(): Promise<void> {
    const accepted = this.waits.onAccepted();
    this.hurry();
    return accepted;
  }

  /** Resolves at a moment when everything folded is durable. */
  onDurable(): Promise<void> {
    if (this.durable || this.#closed) return Promise.resolve();
    const durable = this.waits.onDurable();
    this.hurry();
    return durable;
  }

  /** Resolves when no call is under way and everything is durable. */
  async quiet(): Promise<void> {
    while (!this.#closed && (this.calls.size > 0 || !this.durable)) {
      if (this.calls.size > 0) await this.waits.onQuiet();
      else await this.onDurable();
    }
  }

  /** When to wake the execution if it is taken out of memory now; undefined when it has to stay. */
  get sleepsUntil(): number | undefined {
    const quiet =
      this.durable && this.calls.size === 0 && this.#deferred.length === 0 && this.waits.idle && !this.ending;
    return quiet && !this.#closed ? wakeTime(this.state) : undefined;
  }

  /** Admits a queued execution. */
  admit(): void {
    if (!this.state.queued || this.#closed) return;
    try {
      this.emit('execution_admitted', {});
      this.#armTimeout();
    } catch (error) {
      this.breakDown(error);
    }
    this.pump();
  }

  /** Ends the run in memory; with an error, what was not durable is lost and the execution resumes at the next start. */
  close(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.calls.values()) call.abandon();
    this.calls.clear();
    this.#failure = error;
    this.waits.close(error);
    this.host.changed(this.id);
  }

  get ended(): boolean {
    return isTerminal(executionStatus(this.state));
  }
}
