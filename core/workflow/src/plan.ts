import type { JsonValue } from '@conv3n/platform';
import type { BlockManifest, ControlBlock } from './block.ts';
import type { CompiledConfig } from './compile-config.ts';
import type { Effect, JoinMode, WorkflowFile } from './workflow-file.ts';

/** A retry policy with every default filled in; times in milliseconds. */
export interface RetryPlan {
  readonly maxAttempts: number;
  readonly delayMs: number;
  readonly exponential: boolean;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
  readonly on: ReadonlySet<string> | null;
}

/** An edge by the indexes of its ends. */
export interface EdgePlan {
  readonly source: number;
  readonly port: string;
  readonly target: number;
  readonly input: string;
}

/** What `onError` decides, normalised. */
export type OnErrorPlan =
  | { readonly kind: 'stop' | 'continue' | 'port' }
  | { readonly kind: 'fallback'; readonly value: JsonValue };

/** A loop's fixed policies. `tight`: iterations are pure and run in chunks that share a commit. */
export interface LoopPlan {
  readonly body: GraphPlan;
  readonly concurrency: number;
  readonly batch: number;
  readonly collect: boolean;
  readonly tight: boolean;
  /** The items must be stored, because evaluating them again could give others. */
  readonly storeItems: boolean;
}

/** A node ready to run: every policy resolved, edges by index. */
export interface NodePlan {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly control: ControlBlock | null;
  /** Null when the block was not known at compile time; the step then fails with `block_unavailable`. */
  readonly manifest: BlockManifest | null;
  readonly effect: Effect;
  readonly config: CompiledConfig;
  /** Milliseconds of one attempt; null means none. */
  readonly timeoutMs: number | null;
  readonly retry: RetryPlan | null;
  readonly onError: OnErrorPlan;
  readonly join: JoinMode;
  readonly agent: string | null;
  readonly compensates: boolean;
  readonly reconciles: boolean;
  readonly in: readonly EdgePlan[];
  readonly out: readonly EdgePlan[];
  /** For `join: first`: indexes of the nodes that lead only here. */
  readonly exclusive: readonly number[];
  readonly loop: LoopPlan | null;
  /** The enclosing loops, outermost first. */
  readonly loops: readonly NodePlan[];
}

/** A compiled graph: the top level, or a loop body. */
export interface GraphPlan {
  readonly nodes: readonly NodePlan[];
  readonly edges: readonly EdgePlan[];
  /** Index by id, of this graph only. */
  readonly indexes: ReadonlyMap<string, number>;
  readonly starts: readonly number[];
  /** Nodes without outgoing edges. */
  readonly sinks: readonly number[];
}

/** A workflow version compiled once and shared by its executions. */
export interface WorkflowPlan {
  readonly file: WorkflowFile;
  readonly name: string;
  readonly graph: GraphPlan;
  /** Every node by id, loop bodies included. */
  readonly nodes: ReadonlyMap<string, NodePlan>;
  readonly timeoutMs: number | null;
  readonly concurrency: number | null;
}
