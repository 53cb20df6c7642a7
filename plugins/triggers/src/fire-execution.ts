import type { CallContext, ErrorDetail, JsonValue } from '@conv3n/platform';

/** Input of the service `executions.fire`, which `plugins/workflows` registers. */
export interface FireRequest {
  readonly workflow_id: string;
  readonly node: string | null;
  readonly kind: 'webhook' | 'cron' | 'interval';
  readonly trigger_id: string;
  readonly input: JsonValue;
  /** One execution per key, however often it is fired. */
  readonly idempotency_key?: string;
  /** 0 answers after the commit that holds the start. */
  readonly wait_ms: number;
}

/** Answer of `executions.fire`. */
export interface FireReply {
  readonly id: string;
  readonly status: string;
  readonly output: JsonValue;
  readonly error: ErrorDetail | null;
}

/** Starts an execution of a published workflow. */
export type FireExecution = (request: FireRequest, context: CallContext) => Promise<FireReply>;
