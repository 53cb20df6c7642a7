import type { AtomicWrite, JsonObject, JsonValue } from '@conv3n/platform';

/** Who sees a variable: this execution, every execution of the workflow, or all. Reads look in this order. */
export type VariableScope = 'execution' | 'workflow' | 'global';

/**
 * Port: variables that outlive an execution. Execution-scoped ones live in the execution's own events and never come here.
 * An unsaved workflow has no id; its workflow scope is empty and cannot be written.
 */
export interface VariableStore {
  /** Names the database, for {@link AtomicWrite.backend}. */
  readonly backend: string;
  /** Committed values by name; the workflow's win over the global ones. `names` null means all. */
  read(workflowId: string | null, names: readonly string[] | null): JsonObject | Promise<JsonObject>;
  /** Committed value in one scope; undefined when there is none. */
  get(
    owner: { readonly scope: 'workflow' | 'global'; readonly workflowId: string | null },
    name: string,
  ): JsonValue | undefined | Promise<JsonValue | undefined>;
  /** A write that commits with the outcome of the step that made it. `ttlMs` absent means for ever. */
  set(
    owner: { readonly scope: 'workflow' | 'global'; readonly workflowId: string | null },
    name: string,
    value: JsonValue,
    ttlMs?: number,
  ): AtomicWrite;
}
