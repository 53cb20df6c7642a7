import { type Conv3nError, type ErrorDetail, isConv3nError, type JsonObject, type Log } from '@conv3n/platform';
import { boundedWait, isThenable } from './bounded-wait.ts';
import type { CapabilityGate } from './capability.ts';
import { runtimeErrors } from './errors.ts';
import type { Plugin, PluginContext, PluginManifest } from './plugin.ts';
import { type Primitives, pluginContext } from './plugin-context.ts';
import { type LifecycleEvent, nextState, type PluginState } from './plugin-lifecycle.ts';
import { PluginScope } from './plugin-scope.ts';

/** What the runtime tells about a plugin. */
export interface PluginStatus {
  readonly id: string;
  readonly version: string;
  readonly state: PluginState;
  /** When it entered the state, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** Why it failed, or what it waits for. */
  readonly error?: ErrorDetail;
  /** Automatic restarts since it was loaded. */
  readonly restarts: number;
}

type Hook = 'load' | 'start' | 'stop';

export interface PluginUnitParts {
  readonly plugin: Plugin;
  readonly config: JsonObject;
  readonly gate: CapabilityGate;
  readonly primitives: Primitives;
  readonly hookDeadlineMs: number;
  /** Told after the scope of a failed run was disposed. */
  readonly onFailure: (unit: PluginUnit) => void;
}

/**
 * One plugin and its present run.
 *
 * I1 The state moves only along `lifecycleTable`. I2 Whenever a run ends, by stop, failure or an abandoned hook, its scope is disposed.
 * I3 Nothing a hook does escapes: it finishes, throws or is abandoned at its deadline, and only this plugin changes state.
 */
export class PluginUnit {
  readonly #parts: PluginUnitParts;
  readonly #log: Log;
  #state: PluginState = 'discovered';
  #since: number;
  #error: Conv3nError | undefined;
  #restarts = 0;
  #run: { readonly scope: PluginScope; readonly context: PluginContext } | undefined;

  constructor(parts: PluginUnitParts) {
    this.#parts = parts;
    this.#log = parts.primitives.platform.log.with({ plugin: parts.plugin.manifest.id });
    this.#since = parts.primitives.platform.clock.now();
  }

  get id(): string {
    return this.manifest.id;
  }

  get manifest(): PluginManifest {
    return this.#parts.plugin.manifest;
  }

  get state(): PluginState {
    return this.#state;
  }

  get status(): PluginStatus {
    return {
      id: this.id,
      version: this.manifest.version,
      state: this.#state,
      since: this.#since,
      ...(this.#error && { error: this.#error.toDetail() }),
      restarts: this.#restarts,
    };
  }

  async load(): Promise<void> {
    const { plugin, config, gate, primitives } = this.#parts;
    if (!this.#move('load')) return;
    this.#error = undefined;
    const onError = (error: unknown): void => this.#log.write('error', 'disposer failed', { error });
    const scope = new PluginScope(onError);
    const fail = (error: Conv3nError): void => {
      if (scope.open) this.#fail(error);
    };
    const run = { id: this.id, config, gate, scope, log: this.#log, fail };
    const context = pluginContext(primitives, run);
    this.#run = { scope, context };
    if (await this.#hook('load', 'loading', () => plugin.load?.(context))) this.#move('loaded');
  }

  async start(): Promise<void> {
    const context = this.#run?.context;
    if (!context || !this.#move('start')) return;
    this.#error = undefined;
    if (await this.#hook('start', 'starting', () => this.#parts.plugin.start?.(context))) this.#move('started');
  }

  /** Gives the stop hook up to `deadlineMs`, then disposes the run. A plugin that was only loaded has nothing to stop. */
  async stop(deadlineMs: number): Promise<void> {
    const run = this.#run;
    const wasStarted = this.#state === 'started';
    if (!run || !this.#move('stop')) return;
    const controller = new AbortController();
    const invoke = (): void | Promise<void> =>
      wasStarted ? this.#parts.plugin.stop?.(run.context, controller.signal) : undefined;
    const ended = await this.#hook('stop', 'stopping', invoke, deadlineMs);
    controller.abort(new Error('The time to stop is over.'));
    if (!ended) return;
    this.#error = undefined;
    this.#endRun();
    this.#move('stopped');
  }

  /** Makes a stopped, failed or quarantined plugin ready to load again. */
  reset(automatic: boolean): void {
    if (this.#move('reset') && automatic) this.#restarts += 1;
  }

  giveUp(): void {
    if (this.#move('give_up')) this.#log.write('error', 'plugin quarantined after a crash loop');
  }

  /** Records why a plugin that is not at fault cannot go on now. */
  block(error: Conv3nError): void {
    if (this.#error?.message === error.message) return;
    this.#error = error;
    this.#log.write('error', 'plugin cannot run', { error });
  }

  #move(event: LifecycleEvent): boolean {
    const to = nextState(this.#state, event);
    if (to === undefined) return false;
    const { events, platform } = this.#parts.primitives;
    const from = this.#state;
    this.#state = to;
    this.#since = platform.clock.now();
    events.emit('runtime', 'runtime.plugin_state', { plugin: this.id, from, to }, { subject: this.id });
    return true;
  }

  /** Runs a hook under its deadline. False when it failed, or when the plugin left `during` meanwhile. */
  async #hook(
    hook: Hook,
    during: PluginState,
    invoke: () => void | Promise<void>,
    deadlineMs = this.#parts.hookDeadlineMs,
  ): Promise<boolean> {
    const failed = (error: unknown): void => this.#fail(this.#hookError(hook, error));
    try {
      const result = invoke();
      if (isThenable(result)) {
        const onLate = (error: unknown): void => this.#log.write('warn', 'abandoned hook failed', { hook, error });
        const outcome = await boundedWait(this.#parts.primitives.platform.timers, result, deadlineMs, onLate);
        if (outcome.kind === 'failed') failed(outcome.error);
        if (outcome.kind === 'late') this.#fail(this.#hookTimeout(hook, deadlineMs));
      }
    } catch (error) {
      failed(error);
    }
    return this.#state === during;
  }

  #fail(error: Conv3nError): void {
    if (!this.#move('fail')) return;
    this.#error = error;
    this.#log.write('error', 'plugin failed', { error });
    this.#endRun();
    this.#parts.onFailure(this);
  }

  #endRun(): void {
    const run = this.#run;
    this.#run = undefined;
    run?.scope.dispose(runtimeErrors.error('plugin_stopped', `The plugin "${this.id}" has stopped.`));
  }

  #hookError(hook: Hook, cause: unknown): Conv3nError {
    if (isConv3nError(cause)) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The ${hook} hook of plugin "${this.id}" failed: ${reason}`;
    return runtimeErrors.error('plugin_hook_failed', message, { cause, details: { plugin: this.id, hook } });
  }

  #hookTimeout(hook: Hook, deadlineMs: number): Conv3nError {
    const message = `The ${hook} hook of plugin "${this.id}" did not finish in ${deadlineMs} ms and was abandoned.`;
    return runtimeErrors.error('plugin_hook_timeout', message, { details: { plugin: this.id, hook, deadlineMs } });
  }
}
