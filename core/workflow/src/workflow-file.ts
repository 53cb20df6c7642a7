import type { JsonObject, JsonSchema, JsonValue } from '@conv3n/platform';

/** The schema name every workflow file carries. */
export const workflowSchemaName = 'conv3n.workflow/v1';

/** Node ids: unique in the whole file, loop bodies included. */
export const nodeIdPattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The port a missing handle means. */
export const defaultPort = 'default';

/** What an outside action of a step is, and so what may happen after a crash. Contracts, section 1. */
export type Effect = 'pure' | 'idempotent' | 'transactional' | 'external';

/** What a failed step does to the rest of the execution. */
export type OnError = 'stop' | 'continue' | 'port' | { readonly fallback: JsonValue };

export type JoinMode = 'all' | 'any' | 'first';

export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Duration before the second attempt. @default "1s" */
  readonly delay?: string;
  /** @default "exponential" */
  readonly backoff?: 'fixed' | 'exponential';
  /** @default "1m" */
  readonly maxDelay?: string;
  /** Full jitter. @default true */
  readonly jitter?: boolean;
  /** Only these error codes are retried. @default every retryable error */
  readonly on?: readonly string[];
}

export interface WorkflowNode {
  readonly type: string;
  readonly config?: JsonObject;
  readonly label?: string;
  readonly position?: { readonly x: number; readonly y: number };
  readonly retry?: RetryPolicy;
  /** Duration of one attempt. @default "30s" unless the block says otherwise */
  readonly timeout?: string;
  readonly onError?: OnError;
  readonly join?: JoinMode;
  /** Overrides the block's effect; only `idempotent` is accepted. */
  readonly effect?: 'idempotent';
  readonly runOn?: { readonly agent: string };
}

export interface WorkflowEdge {
  readonly id?: string;
  readonly source: string;
  readonly sourceHandle?: string;
  readonly target: string;
  readonly targetHandle?: string;
}

/** Nodes and edges: a workflow's top level, and the body of a loop. */
export interface WorkflowGraph {
  readonly nodes: Readonly<Record<string, WorkflowNode>>;
  readonly edges: readonly WorkflowEdge[];
}

/** The workflow file, version 1. Contracts, section 1. */
export interface WorkflowFile extends WorkflowGraph {
  readonly schema: typeof workflowSchemaName;
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly input?: JsonSchema;
  /** Duration of a whole execution; passing it gives `timed_out`. */
  readonly timeout?: string;
  /** Executions of this workflow that run at once; the rest stay queued. */
  readonly concurrency?: number;
}
