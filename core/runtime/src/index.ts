export { runtimeErrors } from './errors.ts';
export type { SubscriptionStats } from './event-bus.ts';
export { memoryStorage } from './memory-storage.ts';
export type { LoadOptions, PluginEntry, RuntimeOptions } from './options.ts';
export type {
  BusEvent,
  Capability,
  Events,
  Plugin,
  PluginContext,
  PluginManifest,
  ServiceDescription,
  ServiceHandle,
  ServiceHandler,
  Services,
  State,
  StateEntry,
  SubscribeEventsOptions,
} from './plugin.ts';
export type { PluginState } from './plugin-lifecycle.ts';
export type { PluginStatus } from './plugin-unit.ts';
export type { RestartLimits } from './restart-policy.ts';
export { createRuntime, type Runtime, type RuntimeHealth, type RuntimeStats } from './runtime.ts';
export type { ServiceStats } from './service-entry.ts';
export type { Storage, StorageEntry, StorageOperation, StoragePage } from './storage.ts';
export { checkRevision, checkStorageKey, pageSize, storageLimits, storedValue } from './storage-rules.ts';
