import type { Platform } from '@conv3n/platform';
import type { EventStore } from '@conv3n/potter';
import type { BlobStore, ExecutionIndex, VariableStore } from '@conv3n/workflow';
import type { BlockSource } from './block-source.ts';
import type { DefinitionSource } from './definition-source.ts';

/** Bounds of the executor. */
export interface ExecutorLimits {
  /** Executions that run at once; waiting ones do not count. @default 1000 */
  readonly maxRunning: number;
  /** Executions that wait to run. @default 10000 */
  readonly maxQueued: number;
  /** Values with more JSON than this go to the blob store. @default 65536 */
  readonly spillBytes: number;
  /** JSON of one step's data. @default 67108864 */
  readonly maxStepBytes: number;
  /** JSON of an execution's input. @default 16777216 */
  readonly maxInputBytes: number;
  /** Loaded blobs kept in memory. @default 33554432 */
  readonly cacheBytes: number;
  /** Items of one loop, after batching. @default 10000000 */
  readonly maxIterations: number;
  /** Iterations of a tight loop that share one event. @default 1000 */
  readonly chunkIterations: number;
  /** JSON of the iterations that share one event. @default 262144 */
  readonly chunkBytes: number;
  /** Milliseconds a tight loop computes before it lets others run. @default 10 */
  readonly sliceMs: number;
  /** Events of one execution in one commit. @default 1000 */
  readonly commitEvents: number;
  /** Milliseconds finished pure steps may wait for a commit while others still compute. @default 5 */
  readonly lingerMs: number;
  /** Milliseconds a cancelled external call may still answer. @default 5000 */
  readonly killGraceMs: number;
  /** An execution that only waits, for longer than this, leaves the memory. @default 60000 */
  readonly sleepMs: number;
  /** Workflows that call one another. @default 16 */
  readonly maxDepth: number;
  /** Executions that recovery loads at once. @default 64 */
  readonly recoverAtOnce: number;
  /** Compiled workflow versions kept. @default 500 */
  readonly maxPlans: number;
}

export interface ExecutorOptions {
  readonly platform: Platform;
  readonly eventStore: EventStore;
  /** Must share the event store's backend, as must `variables`: their writes commit with the events. */
  readonly index: ExecutionIndex;
  readonly variables: VariableStore;
  readonly blobs: BlobStore;
  readonly blocks: BlockSource;
  readonly definitions: DefinitionSource;
  readonly limits?: Partial<ExecutorLimits>;
  /** What `$env` shows: the allow-list, already resolved. @default {} */
  readonly env?: Readonly<Record<string, string>>;
}

const defaults: ExecutorLimits = Object.freeze({
  maxRunning: 1000,
  maxQueued: 10_000,
  spillBytes: 64 * 1024,
  maxStepBytes: 64 * 1024 * 1024,
  maxInputBytes: 16 * 1024 * 1024,
  cacheBytes: 32 * 1024 * 1024,
  maxIterations: 10_000_000,
  chunkIterations: 1000,
  chunkBytes: 256 * 1024,
  sliceMs: 10,
  commitEvents: 1000,
  lingerMs: 5,
  killGraceMs: 5000,
  sleepMs: 60_000,
  maxDepth: 16,
  recoverAtOnce: 64,
  maxPlans: 500,
});

/** The limits with every default filled in. */
export function resolveLimits(limits: Partial<ExecutorLimits> = {}): ExecutorLimits {
  return Object.freeze({ ...defaults, ...limits });
}
