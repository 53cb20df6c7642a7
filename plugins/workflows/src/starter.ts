import type { Executor, StartRequest, WaitedExecution } from '@conv3n/executor';
import { type CallContext, isConv3nError, type JsonValue, type SchemaCompiler } from '@conv3n/platform';
import type { ExecutionTrigger, WorkflowFile } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** Longest a caller may wait for an execution unless it asks for another time, in milliseconds. */
export const defaultWaitMs = 30_000;

/** A wish to run a saved workflow. */
export interface StartWish {
  readonly workflowId: string;
  /** The published version when absent. */
  readonly version?: number;
  readonly input: JsonValue;
  readonly trigger: ExecutionTrigger;
  readonly idempotencyKey?: string;
  /** Milliseconds to wait for the end; 0 answers after the commit that holds the start. */
  readonly waitMs: number;
}

interface Version {
  readonly version: number;
  readonly file: WorkflowFile;
  readonly checkInput: ReturnType<SchemaCompiler> | undefined;
}

/** Starts executions of saved workflows. Published versions are kept in memory until the workflow changes, since webhooks ask for them at each request. */
export class Starter {
  readonly #executor: Executor;
  readonly #store: WorkflowStore;
  readonly #keys: IdempotencyKeys;
  readonly #compileSchema: SchemaCompiler;
  readonly #published = new Map<string, Version>();

  constructor(executor: Executor, store: WorkflowStore, keys: IdempotencyKeys, compileSchema: SchemaCompiler) {
    this.#executor = executor;
    this.#store = store;
    this.#keys = keys;
    this.#compileSchema = compileSchema;
  }

  /** The workflow was saved, published, unpublished or deleted. */
  changed(workflowId: string): void {
    this.#published.delete(workflowId);
  }

  /** @throws `not_published`, `workflow_not_found`, `workflow_version_not_found`, `input_invalid`, `idempotency_key_reused`, and the executor's */
  async start(wish: StartWish, context: CallContext): Promise<WaitedExecution> {
    const { version, checkInput } = await this.#versionOf(wish.workflowId, wish.version);
    this.checkInput(checkInput, wish.input);
    const request: StartRequest = { workflowId: wish.workflowId, version, input: wish.input, trigger: wish.trigger };
    if (wish.idempotencyKey === undefined) {
      return this.#executor.runAndWait(request, { waitMs: wish.waitMs, signal: context.signal });
    }
    const id = await this.#keys.reserve(wish.workflowId, wish.idempotencyKey, {
      version: wish.version ?? null,
      input: wish.input,
    });
    try {
      return await this.#executor.runAndWait({ ...request, id }, { waitMs: wish.waitMs, signal: context.signal });
    } catch (error) {
      if (!isConv3nError(error, 'execution_exists')) throw error;
      return this.#executor.wait(id, { waitMs: wish.waitMs, signal: context.signal });
    }
  }

  /** @throws `input_invalid` */
  checkInput(check: ReturnType<SchemaCompiler> | undefined, input: JsonValue): void {
    const violations = check?.(input) ?? [];
    if (violations.length === 0) return;
    throw workflowsErrors.error('input_invalid', "The input does not match the workflow's input schema.", {
      violations,
    });
  }

  async #versionOf(workflowId: string, wanted: number | undefined): Promise<Version> {
    if (wanted !== undefined) return this.#compiled(await this.#store.definition(workflowId, wanted), wanted);
    const present = this.#published.get(workflowId);
    if (present) return present;
    const version = await this.#store.publishedVersion(workflowId);
    if (version === null) {
      throw workflowsErrors.error(
        'not_published',
        `Workflow ${workflowId} has no published version. Publish one, or name a version with ?version=n.`,
      );
    }
    const compiled = this.#compiled(await this.#store.definition(workflowId, version), version);
    this.#published.set(workflowId, compiled);
    return compiled;
  }

  #compiled(file: WorkflowFile, version: number): Version {
    return { version, file, checkInput: file.input ? this.#compileSchema(file.input) : undefined };
  }
}
