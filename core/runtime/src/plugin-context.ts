import type { Disposer, JsonObject, Log, Platform } from '@conv3n/platform';
import type { CapabilityGate, CapabilityVerb } from './capability.ts';
import { runtimeErrors } from './errors.ts';
import type { EventBus, SubscriptionOwner } from './event-bus.ts';
import type { Events, PluginContext, ServiceHandle, ServiceHandler, Services, State } from './plugin.ts';
import type { PluginScope } from './plugin-scope.ts';
import type { RuntimeState } from './runtime-state.ts';
import type { ServiceRegistry } from './service-registry.ts';
import type { Storage, StorageOperation } from './storage.ts';

/** The primitives that all plugins share. */
export interface Primitives {
  readonly platform: Platform;
  readonly events: EventBus;
  readonly services: ServiceRegistry;
  readonly state: RuntimeState;
  readonly storage: Storage;
}

/** One run of one plugin. */
export interface PluginRun {
  readonly id: string;
  readonly config: JsonObject;
  readonly gate: CapabilityGate;
  readonly scope: PluginScope;
  readonly log: Log;
  fail(error: unknown): void;
}

/** Checks liveness and capability before every verb: a stale context of a disposed run can do nothing. */
class Entrance {
  readonly #run: PluginRun;

  constructor(run: PluginRun) {
    this.#run = run;
  }

  pass(verb: CapabilityVerb, name: string): void {
    this.checkOpen();
    this.#run.gate.check(verb, name);
  }

  passPrefix(verb: CapabilityVerb, prefix: string): void {
    this.checkOpen();
    this.#run.gate.checkPrefix(verb, prefix);
  }

  checkOpen(): void {
    if (this.#run.scope.open) return;
    throw runtimeErrors.error(
      'plugin_stopped',
      `This run of the plugin "${this.#run.id}" has ended. Use the context of the current run.`,
    );
  }
}

function eventsOf(bus: EventBus, run: PluginRun, entrance: Entrance): Events {
  const owner: SubscriptionOwner = { id: run.id, log: run.log, fail: (error) => run.fail(error) };
  return {
    emit(type, data, options) {
      entrance.pass('evt:emit', type);
      bus.emit(run.id, type, data, options);
    },
    subscribe(topic, handler, options) {
      entrance.pass('evt:subscribe', topic);
      return run.scope.track(bus.subscribe(owner, topic, handler, options));
    },
  };
}

function servicesOf(registry: ServiceRegistry, run: PluginRun, entrance: Entrance): Services {
  return {
    register(description, handler) {
      entrance.pass('svc:register', description.name);
      return run.scope.track(registry.register(run.id, run.log, description, handler as ServiceHandler));
    },
    async call<Output>(name: string, input: unknown, context: PluginContext['call']) {
      entrance.pass('svc:call', name);
      return (await registry.call(name, input, context)) as Output;
    },
    resolve<Input, Output>(name: string) {
      entrance.pass('svc:call', name);
      return registry.resolve(name) as ServiceHandle<Input, Output> | undefined;
    },
    list: (prefix) => registry.list(prefix),
    watch(prefix, observer) {
      entrance.checkOpen();
      return run.scope.track(registry.watch(prefix, run.log, observer));
    },
  };
}

function stateOf(state: RuntimeState, run: PluginRun, entrance: Entrance): State {
  return {
    get(key) {
      entrance.pass('state:read', key);
      return state.get(key);
    },
    set(key, value, options) {
      entrance.pass('state:write', key);
      return state.set(key, value, options);
    },
    delete(key, options) {
      entrance.pass('state:write', key);
      return state.delete(key, options);
    },
    list(prefix) {
      entrance.passPrefix('state:read', prefix);
      return state.list(prefix);
    },
    watch(prefix, observer) {
      entrance.passPrefix('state:read', prefix);
      return run.scope.track(state.watch(prefix, run.log, observer));
    },
  };
}

function storageOf(storage: Storage, entrance: Entrance): Storage {
  const passWrites = (operations: readonly StorageOperation[]): void => {
    for (const { namespace } of operations) entrance.pass('store:write', namespace);
  };
  return {
    backend: storage.backend,
    async get(namespace, key) {
      entrance.pass('store:read', namespace);
      return storage.get(namespace, key);
    },
    async getMany(namespace, keys) {
      entrance.pass('store:read', namespace);
      return storage.getMany(namespace, keys);
    },
    async write(operations) {
      passWrites(operations);
      return storage.write(operations);
    },
    asAtomicWrite(operations) {
      passWrites(operations);
      return storage.asAtomicWrite(operations);
    },
    async list(namespace, options) {
      entrance.pass('store:read', namespace);
      return storage.list(namespace, options);
    },
    async close() {
      throw runtimeErrors.error('capability_denied', 'A plugin cannot close the storage. Its owner does that.');
    },
  };
}

/** The context of one run: every verb checked, every registration and timer in the run's scope. */
export function pluginContext(primitives: Primitives, run: PluginRun): PluginContext {
  const { platform } = primitives;
  const entrance = new Entrance(run);
  const after = (delayMs: number, action: () => void): Disposer => {
    entrance.checkOpen();
    const dispose = run.scope.track(
      platform.timers.after(delayMs, () => {
        dispose();
        try {
          action();
        } catch (error) {
          run.log.write('error', 'timer failed', { error });
        }
      }),
    );
    return dispose;
  };
  return {
    plugin: run.id,
    platform: { ...platform, timers: { after }, log: run.log },
    log: run.log,
    config: run.config,
    call: {
      caller: Object.freeze({ subject: `plugin:${run.id}`, scopes: new Set<string>() }),
      signal: run.scope.signal,
    },
    signal: run.scope.signal,
    events: eventsOf(primitives.events, run, entrance),
    services: servicesOf(primitives.services, run, entrance),
    state: stateOf(primitives.state, run, entrance),
    storage: storageOf(primitives.storage, entrance),
    own(disposer) {
      run.scope.track(disposer);
    },
    after,
  };
}
