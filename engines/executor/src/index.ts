export { type BlockHandle, type BlockSource, blockMap } from './block-source.ts';
export type { Decision } from './decision.ts';
export type { DefinitionSource } from './definition-source.ts';
export { createExecutor } from './durable-executor.ts';
export { executorErrors } from './errors.ts';
export type {
  Executor,
  ExecutorStats,
  StartedExecution,
  StartRequest,
  WaitedExecution,
} from './executor.ts';
export { type ExecutorLimits, type ExecutorOptions, resolveLimits } from './options.ts';
export type { StepPage, StepQuery } from './step-history.ts';
export { blobOwner } from './value-store.ts';
