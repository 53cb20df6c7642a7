import type { ErrorDetail } from '@conv3n/platform';
import type { BlockManifest, ExecutionStatus, StepStatus, WorkflowFile } from '@conv3n/workflow';
import type { RunStep } from '../engine/run-state.ts';

/** Views of the API that the studio reads. Fields are snake_case as on the wire. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next_cursor?: string;
}

export interface Workflow {
  readonly id: string;
  readonly version: number;
  readonly published_version: number | null;
  readonly workflow: WorkflowFile;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What the editor opens: a saved workflow, or a draft that has no id yet. */
export interface OpenWorkflow {
  readonly id: string | null;
  readonly version: number;
  readonly published_version: number | null;
  readonly workflow: WorkflowFile;
}

export interface WorkflowSummary {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly version: number;
  readonly published_version: number | null;
  readonly triggers: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_execution?: { readonly id: string; readonly status: ExecutionStatus; readonly created_at: string };
}

export type Step = Omit<RunStep, 'iteration'> & { readonly type: string; readonly iteration?: readonly number[] };

export interface Execution {
  readonly id: string;
  readonly workflow_id: string | null;
  readonly workflow_version: number | null;
  readonly workflow_name: string;
  readonly status: ExecutionStatus;
  readonly trigger: { readonly kind: string; readonly node?: string; readonly parent_execution_id?: string };
  readonly input: unknown;
  readonly output: unknown;
  readonly error: ErrorDetail | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly steps: readonly Step[];
}

export interface ExecutionSummary {
  readonly id: string;
  readonly workflow_id: string | null;
  readonly workflow_version: number | null;
  readonly workflow_name: string;
  readonly status: ExecutionStatus;
  readonly trigger: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly duration_ms: number | null;
  readonly error_code: string | null;
}

export interface Trigger {
  readonly id: string;
  readonly workflow_id: string;
  readonly node: string | null;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  readonly url?: string;
  readonly next_at?: string | null;
  readonly last_fired_at?: string | null;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly expires_at?: string | null;
  readonly last_used_at?: string | null;
}

export interface Example {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly workflow: WorkflowFile;
  readonly input?: unknown;
}

export interface Info {
  readonly public_url: string;
  readonly data_dir?: string;
  readonly flush?: string;
  readonly uptime_ms?: number;
  readonly examples: readonly Example[];
}

export type Decision = 'retry' | 'skip' | 'fail' | 'succeed';

export type { BlockManifest, ErrorDetail, ExecutionStatus, StepStatus, WorkflowFile };
