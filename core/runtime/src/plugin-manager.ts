import { type Conv3nError, type Disposer, isConv3nError, type JsonObject, type SchemaCompiler } from '@conv3n/platform';
import { CapabilityGate } from './capability.ts';
import { dependencyOrder } from './dependency-order.ts';
import { runtimeErrors } from './errors.ts';
import { frozenJson } from './frozen-json.ts';
import type { PluginEntry, ResolvedRuntimeOptions } from './options.ts';
import type { Primitives } from './plugin-context.ts';
import type { PluginState } from './plugin-lifecycle.ts';
import { checkManifest } from './plugin-manifest.ts';
import { type PluginStatus, PluginUnit } from './plugin-unit.ts';
import { RestartPolicy } from './restart-policy.ts';

const alive: ReadonlySet<PluginState> = new Set(['loading', 'loaded', 'starting', 'started', 'stopping']);
const loadedOrMore: ReadonlySet<PluginState> = new Set(['loaded', 'starting', 'started']);

interface Managed {
  readonly unit: PluginUnit;
  readonly policy: RestartPolicy;
  cancelRestart: Disposer | undefined;
}

/**
 * Brings plugins up in the order of their requirements and down in reverse, and restarts failed ones.
 *
 * I1 Lifecycle operations run one after another. I2 No plugin code runs before manifests, configuration and order were checked.
 * I3 A plugin that fails or hangs stops no other; those that require it wait and start when it runs.
 */
export class PluginManager {
  readonly #primitives: Primitives;
  readonly #options: ResolvedRuntimeOptions;
  readonly #compile: SchemaCompiler;
  readonly #plugins = new Map<string, Managed>();
  #running = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(primitives: Primitives, options: ResolvedRuntimeOptions, compile: SchemaCompiler) {
    this.#primitives = primitives;
    this.#options = options;
    this.#compile = compile;
  }

  get running(): boolean {
    return this.#running;
  }

  list(): readonly PluginStatus[] {
    return Array.from(this.#plugins.values(), ({ unit }) => unit.status);
  }

  /** Checks and takes in a plugin without running its code. @throws Conv3nError as `Runtime.load` */
  admit({ plugin, config = {}, grants }: PluginEntry): PluginUnit {
    const { manifest } = plugin;
    checkManifest(manifest);
    if (this.#plugins.has(manifest.id)) {
      throw runtimeErrors.error('plugin_exists', `A plugin "${manifest.id}" is loaded already. Unload it first.`);
    }
    const violations = manifest.config ? this.#compile(manifest.config)(config) : [];
    if (violations.length > 0) {
      const message = `The configuration of plugin "${manifest.id}" is not valid. See the violations.`;
      throw runtimeErrors.error('invalid_plugin_config', message, { violations });
    }
    const unit = new PluginUnit({
      plugin,
      config: frozenJson(config) as JsonObject,
      gate: new CapabilityGate(manifest.id, manifest.capabilities, grants),
      primitives: this.#primitives,
      hookDeadlineMs: this.#options.hookDeadlineMs,
      onFailure: () => this.#failed(manifest.id),
    });
    this.#plugins.set(manifest.id, {
      unit,
      policy: new RestartPolicy(this.#options.restart),
      cancelRestart: undefined,
    });
    return unit;
  }

  load(entry: PluginEntry): Promise<PluginStatus> {
    return this.#inTurn(async () => {
      const unit = this.admit(entry);
      if (this.#running) await this.#advance();
      return unit.status;
    });
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#running) return;
      this.#running = true;
      for (const { unit } of this.#plugins.values()) if (unit.state !== 'quarantined') unit.reset(false);
      await this.#advance();
    });
  }

  /** Takes effect at once: a start under way goes no further than the hook it is in. */
  stop(deadlineMs: number): Promise<void> {
    this.#running = false;
    return this.#inTurn(async () => {
      this.#running = false;
      for (const managed of this.#plugins.values()) cancelRestart(managed);
      const { clock } = this.#primitives.platform;
      const end = clock.monotonic() + deadlineMs;
      const units = this.#ordered().filter(({ state }) => alive.has(state));
      for (let unit = units.pop(); unit; unit = units.pop()) {
        const share = (end - clock.monotonic()) / (units.length + 1);
        await unit.stop(Math.max(1, share));
      }
    });
  }

  restart(id: string): Promise<PluginStatus> {
    return this.#inTurn(async () => {
      const managed = this.#managed(id);
      await managed.unit.stop(this.#options.stopDeadlineMs);
      cancelRestart(managed);
      managed.policy.reset();
      managed.unit.reset(false);
      if (this.#running) await this.#advance();
      return managed.unit.status;
    });
  }

  unload(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const managed = this.#managed(id);
      const users = Array.from(this.#plugins.values(), ({ unit }) => unit).filter(
        ({ manifest, state }) => manifest.requires?.includes(id) && alive.has(state),
      );
      if (users.length > 0) {
        const names = users.map((unit) => unit.id);
        const message = `The plugin "${id}" is required by ${names.join(', ')}. Unload those first.`;
        throw runtimeErrors.error('plugin_in_use', message, { details: { plugin: id, required_by: names } });
      }
      await managed.unit.stop(this.#options.stopDeadlineMs);
      cancelRestart(managed);
      this.#plugins.delete(id);
    });
  }

  #inTurn<Result>(operation: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(operation);
    this.#last = result.catch((error: unknown) => {
      const log = this.#primitives.platform.log;
      log.write('debug', 'lifecycle operation refused', { code: isConv3nError(error) ? error.code : 'internal_error' });
    });
    return result;
  }

  #managed(id: string): Managed {
    const managed = this.#plugins.get(id);
    if (!managed)
      throw runtimeErrors.error('plugin_not_found', `No plugin "${id}" is loaded. See the list of plugins.`);
    return managed;
  }

  #plan(): ReturnType<typeof dependencyOrder> {
    const nodes = Array.from(this.#plugins.values(), ({ unit: { id, manifest } }) => ({
      id,
      requires: manifest.requires ?? [],
      optional: manifest.optional ?? [],
    }));
    return dependencyOrder(nodes);
  }

  #ordered(): PluginUnit[] {
    return this.#plan().order.map((id) => this.#managed(id).unit);
  }

  /** Loads all that can be loaded, then starts all that can be started, each after what it requires. */
  async #advance(): Promise<void> {
    const { problems } = this.#plan();
    for (const [id, problem] of problems) this.#managed(id).unit.block(problem);
    const units = this.#ordered();
    for (const unit of units) {
      if (unit.state === 'discovered' && this.#mayGoOn(unit, loadedOrMore)) await unit.load();
    }
    for (const unit of units) {
      if (unit.state === 'loaded' && this.#mayGoOn(unit, new Set(['started']))) await unit.start();
    }
  }

  #mayGoOn(unit: PluginUnit, wanted: ReadonlySet<PluginState>): boolean {
    if (!this.#running) return false;
    for (const id of unit.manifest.requires ?? []) {
      const { state } = this.#managed(id).unit;
      if (wanted.has(state)) continue;
      unit.block(unmet(unit.id, id, state));
      return false;
    }
    return true;
  }

  #failed(id: string): void {
    const managed = this.#managed(id);
    if (managed.unit.manifest.restart !== 'on-failure' || !this.#running) return;
    const { clock, timers } = this.#primitives.platform;
    const delay = managed.policy.failed(clock.monotonic());
    if (delay === 'give_up') {
      managed.unit.giveUp();
      return;
    }
    cancelRestart(managed);
    managed.cancelRestart = timers.after(delay, () => {
      managed.cancelRestart = undefined;
      void this.#inTurn(async () => {
        if (!this.#running || managed.unit.state !== 'failed') return;
        managed.unit.reset(true);
        await this.#advance();
      });
    });
  }
}

function cancelRestart(managed: Managed): void {
  managed.cancelRestart?.();
  managed.cancelRestart = undefined;
}

function unmet(id: string, required: string, state: PluginState): Conv3nError {
  return runtimeErrors.error(
    'plugin_requirement_unmet',
    `The plugin "${id}" waits for "${required}", which is ${state}. It goes on when "${required}" runs.`,
    { details: { plugin: id, required, state } },
  );
}
