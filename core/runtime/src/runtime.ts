import type { Log } from '@conv3n/platform';
import { EventBus, type SubscriptionStats } from './event-bus.ts';
import { type LoadOptions, type PluginEntry, type RuntimeOptions, resolveRuntimeOptions } from './options.ts';
import type { Events, Plugin, ServiceHandle, ServiceHandler, Services, State } from './plugin.ts';
import type { Primitives } from './plugin-context.ts';
import { PluginManager } from './plugin-manager.ts';
import type { PluginStatus } from './plugin-unit.ts';
import { RuntimeState } from './runtime-state.ts';
import type { ServiceStats } from './service-entry.ts';
import { ServiceRegistry } from './service-registry.ts';
import type { Storage } from './storage.ts';

/** `ok` when every plugin is started, `degraded` when one is not, `stopped` before start and after stop. */
export interface RuntimeHealth {
  readonly status: 'ok' | 'degraded' | 'stopped';
  readonly plugins: readonly PluginStatus[];
}

/** Counters and gauges for whoever exports metrics. */
export interface RuntimeStats {
  readonly events: { readonly emitted: number; readonly subscriptions: readonly SubscriptionStats[] };
  readonly services: readonly ServiceStats[];
  readonly serviceObservers: number;
  readonly stateEntries: number;
  readonly stateObservers: number;
}

/** The kernel. `events`, `services`, `state` and `storage` are the unrestricted views of the composition root. */
export interface Runtime {
  readonly events: Events;
  readonly services: Services;
  readonly state: State;
  readonly storage: Storage;
  /**
   * Takes in a plugin; when the runtime runs, also loads and starts it. A failing hook is told by the status, not thrown.
   * @throws Conv3nError `invalid_manifest`, `invalid_plugin_config`, `plugin_exists`
   */
  load(plugin: Plugin, options?: LoadOptions): Promise<PluginStatus>;
  /** Loads, then starts all plugins in the order of their requirements. Resolves also when some failed: see `health`. */
  start(): Promise<void>;
  /** Stops all plugins in reverse order within `deadlineMs`. Registrations of the composition root stay. */
  stop(deadlineMs?: number): Promise<void>;
  /** Stops and forgets a plugin. @throws Conv3nError `plugin_not_found`, `plugin_in_use` */
  unload(id: string): Promise<void>;
  /** Stops, loads and starts a plugin anew, also out of quarantine. @throws Conv3nError `plugin_not_found` */
  restart(id: string): Promise<PluginStatus>;
  plugins(): readonly PluginStatus[];
  health(): RuntimeHealth;
  stats(): RuntimeStats;
}

const rootOwner = 'runtime';

function rootEvents(bus: EventBus, log: Log): Events {
  const fail = (error: unknown): void => log.write('error', 'subscription ended', { error });
  const owner = { id: rootOwner, log, fail };
  return {
    emit: (type, data, options) => bus.emit(rootOwner, type, data, options),
    subscribe: (topic, handler, options) => bus.subscribe(owner, topic, handler, options),
  };
}

function rootServices(registry: ServiceRegistry, log: Log): Services {
  return {
    register: (description, handler) => registry.register(rootOwner, log, description, handler as ServiceHandler),
    call: <Output>(name: string, input: unknown, context: Parameters<Services['call']>[2]) =>
      registry.call(name, input, context) as Promise<Output>,
    resolve: <Input, Output>(name: string) => registry.resolve(name) as ServiceHandle<Input, Output> | undefined,
    list: (prefix) => registry.list(prefix),
    watch: (prefix, observer) => registry.watch(prefix, log, observer),
  };
}

function rootState(state: RuntimeState, log: Log): State {
  return {
    get: (key) => state.get(key),
    set: (key, value, options) => state.set(key, value, options),
    delete: (key, options) => state.delete(key, options),
    list: (prefix) => state.list(prefix),
    watch: (prefix, observer) => state.watch(prefix, log, observer),
  };
}

/** A runtime that does not run yet. @throws Conv3nError `invalid_option` and, for `plugins`, as {@link Runtime.load} */
export function createRuntime(options: RuntimeOptions): Runtime {
  const resolved = resolveRuntimeOptions(options);
  const { platform, storage, compileSchema } = options;
  const log = platform.log.with({ plugin: rootOwner });
  const primitives: Primitives = {
    platform,
    storage,
    events: new EventBus(platform),
    services: new ServiceRegistry(platform, compileSchema),
    state: new RuntimeState(platform, resolved.maxStateEntries),
  };
  const manager = new PluginManager(primitives, resolved, compileSchema);
  const entryOf = (plugin: Plugin, { config, grants }: LoadOptions): PluginEntry => {
    const granted = grants ?? options.grants?.[plugin.manifest.id];
    return { plugin, ...(config && { config }), ...(granted && { grants: granted }) };
  };
  for (const entry of options.plugins ?? []) manager.admit(entryOf(entry.plugin, entry));
  return {
    events: rootEvents(primitives.events, log),
    services: rootServices(primitives.services, log),
    state: rootState(primitives.state, log),
    storage,
    load: (plugin, loadOptions = {}) => manager.load(entryOf(plugin, loadOptions)),
    start: () => manager.start(),
    async stop(deadlineMs = resolved.stopDeadlineMs) {
      await manager.stop(deadlineMs);
      primitives.state.close();
    },
    unload: (id) => manager.unload(id),
    restart: (id) => manager.restart(id),
    plugins: () => manager.list(),
    health() {
      const plugins = manager.list();
      const ok = plugins.every(({ state }) => state === 'started');
      return { status: manager.running ? (ok ? 'ok' : 'degraded') : 'stopped', plugins };
    },
    stats: () => ({
      events: primitives.events.stats(),
      services: primitives.services.stats(),
      serviceObservers: primitives.services.observerCount,
      stateEntries: primitives.state.size,
      stateObservers: primitives.state.observerCount,
    }),
  };
}
