import type { JsonObject, Platform, SchemaCompiler } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';
import type { Capability, Plugin } from './plugin.ts';
import type { RestartLimits } from './restart-policy.ts';
import type { Storage } from './storage.ts';

export interface LoadOptions {
  /** Checked against the manifest's schema. @default {} */
  readonly config?: JsonObject;
  /** What the operator allows of what the manifest declares. @default everything it declares */
  readonly grants?: readonly Capability[];
}

export interface PluginEntry extends LoadOptions {
  readonly plugin: Plugin;
}

export interface RuntimeOptions {
  readonly platform: Platform;
  /** Stays the caller's: the runtime never closes it. */
  readonly storage: Storage;
  readonly compileSchema: SchemaCompiler;
  readonly plugins?: readonly PluginEntry[];
  /** Grants by plugin id, for entries without their own. */
  readonly grants?: Readonly<Record<string, readonly Capability[]>>;
  /** Deadline of one load or start hook in milliseconds. @default 30000 */
  readonly hookDeadlineMs?: number;
  /** Time for the stop hooks together in milliseconds, when `stop` is not told. @default 10000 */
  readonly stopDeadlineMs?: number;
  /** Back-off and breaker of plugins with `restart: 'on-failure'`. */
  readonly restart?: Partial<RestartLimits>;
  /** Entries the runtime state may hold. @default 100000 */
  readonly maxStateEntries?: number;
}

export interface ResolvedRuntimeOptions {
  readonly hookDeadlineMs: number;
  readonly stopDeadlineMs: number;
  readonly restart: RestartLimits;
  readonly maxStateEntries: number;
}

/** Defaults applied and every number checked. @throws Conv3nError `invalid_option` */
export function resolveRuntimeOptions(options: RuntimeOptions): ResolvedRuntimeOptions {
  const restart: RestartLimits = {
    initialDelayMs: 1_000,
    maxDelayMs: 60_000,
    maxFailures: 5,
    windowMs: 600_000,
    ...options.restart,
  };
  const { hookDeadlineMs = 30_000, stopDeadlineMs = 10_000, maxStateEntries = 100_000 } = options;
  const numbers = { hookDeadlineMs, stopDeadlineMs, maxStateEntries, ...restart };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value) || value < 1) {
      throw runtimeErrors.error('invalid_option', `The option "${name}" is ${value}. Give a number of at least 1.`);
    }
  }
  return Object.freeze({ hookDeadlineMs, stopDeadlineMs, maxStateEntries, restart: Object.freeze(restart) });
}
