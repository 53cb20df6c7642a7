import type { CallContext, Disposer, JsonObject, JsonSchema, JsonValue, Log, Platform } from '@conv3n/platform';

/** An immutable fact on the bus. `data` is frozen; subscribers of one subject see events in order. */
export interface BusEvent<Data = JsonValue> {
  readonly id: string;
  /** Dotted topic such as `execution.finished`. */
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** Plugin that published it. */
  readonly source: string;
  readonly subject?: string;
  readonly traceparent?: string;
  readonly data: Data;
}

export interface SubscribeEventsOptions {
  /** Events waiting for a slow handler. @default 1000 */
  readonly queueLimit?: number;
  /** What a full queue does. @default 'drop-oldest' */
  readonly overflow?: 'drop-oldest' | 'drop-newest' | 'fail';
  /** Deadline of one handler run in milliseconds. @default 30000 */
  readonly deadlineMs?: number;
}

/** Topics: exact (`a.b`), one segment (`a.*`), any rest (`a.**`). */
export interface Events {
  /** Queues the event for every subscriber and returns; never waits for them. */
  emit(type: string, data: JsonValue, options?: { readonly subject?: string; readonly context?: CallContext }): void;
  subscribe(
    topic: string,
    handler: (event: BusEvent) => void | Promise<void>,
    options?: SubscribeEventsOptions,
  ): Disposer;
}

/** Handler of a service: named input, explicit context. Only clonable data crosses, so the rung does not matter. */
export type ServiceHandler<Input = unknown, Output = unknown> = (
  input: Input,
  context: CallContext,
) => Output | Promise<Output>;

export interface ServiceDescription {
  /** Dotted name such as `workflows.execute` or `block:std/http_request`. */
  readonly name: string;
  readonly description?: string;
  readonly input?: JsonSchema;
  readonly output?: JsonSchema;
  /** Deadline of one call in milliseconds; the caller's own deadline wins when earlier. @default 30000; 0 means the caller's only */
  readonly deadlineMs?: number;
  /** Calls running at once; more are refused with `service_overloaded`. @default unbounded */
  readonly concurrency?: number;
  /** Facts for whoever lists services: a block's manifest, an operation. JSON. */
  readonly annotations?: JsonObject;
}

/** A service resolved once, for hot paths: capability and existence were checked, liveness is checked at each call. */
export interface ServiceHandle<Input = unknown, Output = unknown> {
  readonly description: ServiceDescription;
  readonly owner: string;
  call(input: Input, context: CallContext): Promise<Output>;
  /** As `call`, but a handler that answers at once is answered at once, and refusals are thrown. */
  invoke(input: Input, context: CallContext): Output | Promise<Output>;
}

export interface Services {
  register<Input, Output>(description: ServiceDescription, handler: ServiceHandler<Input, Output>): Disposer;
  /** @throws Conv3nError `service_not_found`, `capability_denied`, `invalid_input`, `service_timeout`, `service_overloaded`, `service_unavailable`, or the handler's own */
  call<Output = unknown>(name: string, input: unknown, context: CallContext): Promise<Output>;
  /** Undefined when no such service is registered. @throws Conv3nError `capability_denied` */
  resolve<Input = unknown, Output = unknown>(name: string): ServiceHandle<Input, Output> | undefined;
  list(prefix?: string): readonly (ServiceDescription & { readonly owner: string })[];
  /** Called now for every service under the prefix, then on each change; `added: false` on removal. */
  watch(
    prefix: string,
    observer: (change: { readonly added: boolean; readonly description: ServiceDescription }) => void,
  ): Disposer;
}

export interface StateEntry {
  readonly value: JsonValue;
  /** Rises with each write of the whole state; usable for compare-and-set. */
  readonly revision: number;
}

/** In-memory runtime state with revisions. Never persisted by itself. */
export interface State {
  get(key: string): StateEntry | undefined;
  /** Returns the new revision, or undefined when `ifRevision` did not match (0 means: must not exist). */
  set(
    key: string,
    value: JsonValue,
    options?: { readonly ifRevision?: number; readonly ttlMs?: number },
  ): number | undefined;
  delete(key: string, options?: { readonly ifRevision?: number }): boolean;
  list(prefix: string): readonly (StateEntry & { readonly key: string })[];
  watch(
    prefix: string,
    observer: (change: { readonly key: string; readonly entry: StateEntry | undefined }) => void,
  ): Disposer;
}

/** What a plugin receives: every registration made through it belongs to the plugin and is disposed with it. */
export interface PluginContext {
  readonly plugin: string;
  readonly platform: Platform;
  readonly log: Log;
  readonly config: JsonObject;
  /** A call context with the plugin as caller. */
  readonly call: CallContext;
  /** Aborts when the plugin stops. */
  readonly signal: AbortSignal;
  readonly events: Events;
  readonly services: Services;
  readonly state: State;
  /** The plugin's own namespaces of durable storage, as granted. */
  readonly storage: import('./storage.ts').Storage;
  /** Adds a disposer to the plugin's scope. */
  own(disposer: Disposer): void;
  /** A timer that ends with the plugin. */
  after(delayMs: number, run: () => void): Disposer;
}

/** Deny by default: `svc:call:<pattern>`, `svc:register:<pattern>`, `evt:emit:<topic>`, `evt:subscribe:<topic>`, `store:<read|write>:<namespace>`, `state:<read|write>:<prefix>`. Patterns end in `*` or are exact. */
export type Capability = string;

export interface PluginManifest {
  /** Stable id, kebab-case. */
  readonly id: string;
  readonly version: string;
  readonly description: string;
  /** Plugin ids that must be started before. */
  readonly requires?: readonly string[];
  /** Started before when present. */
  readonly optional?: readonly string[];
  readonly capabilities: readonly Capability[];
  readonly config?: JsonSchema;
  /** @default 'never' */
  readonly restart?: 'never' | 'on-failure';
}

/** A unit loaded by the runtime. Hooks run under a deadline; what they throw fails this plugin only. */
export interface Plugin {
  readonly manifest: PluginManifest;
  /** Registers; must not start work. */
  load?(context: PluginContext): void | Promise<void>;
  /** Starts work; every plugin in `requires` is started. */
  start?(context: PluginContext): void | Promise<void>;
  /** Stops intake and finishes or hands over work until the signal aborts. The scope is disposed afterwards in any case. */
  stop?(context: PluginContext, signal: AbortSignal): void | Promise<void>;
}
