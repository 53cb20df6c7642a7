export type { AtomicWrite } from './atomic-write.ts';
export { type CallContext, type Caller, hasScope, systemCaller, type Trace } from './context.ts';
export { durationToMs, parseDuration } from './duration.ts';
export {
  Conv3nError,
  type Conv3nErrorOptions,
  defineErrors,
  type ErrorDefinition,
  type ErrorDetail,
  type ErrorKind,
  type ErrorRegistry,
  fromErrorDetail,
  isConv3nError,
  toConv3nError,
  type Violation,
} from './errors.ts';
export { isRecord, type JsonObject, type JsonValue } from './json.ts';
export type {
  Clock,
  Cryptography,
  Disposer,
  Ids,
  Log,
  LogLevel,
  Platform,
  Randomness,
  Timers,
} from './ports.ts';
export type { JsonSchema, SchemaCheck, SchemaCompiler } from './schema.ts';
export { Type } from './schema-type.ts';
export { uuidV7Ids } from './uuid-v7.ts';
