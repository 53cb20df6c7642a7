import type { Executor, StartRequest, WaitedExecution } from '@conv3n/executor';
import {
  type CallContext,
  isConv3nError,
  type JsonValue,
  type SchemaCheck,
  type SchemaCompiler,
} from '@conv3n/platform';
import type { ExecutionTrigger } from '@conv3n/workflow';
import { workflowsErrors } from './errors.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import type { WorkflowStore } from './workflow-store.ts';
import type { WorkflowTurns } from './workflow-turns.ts';

/** Longest a caller may wait for an execution unless it asks for another time, in milliseconds. */
export const defaultWaitMs = 30_000;

/** Published versions kept in memory. */
export const maxPublished = 1_000;

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
  readonly checkInput: SchemaCheck | undefined;
}

export interface StarterParts {
  readonly executor: Pick<Executor, 'runAndWait' | 'wait'>;
  readonly store: Pick<WorkflowStore, 'publishedVersion' | 'definition'>;
  readonly keys: Pick<IdempotencyKeys, 'find' | 'reserve'>;
  readonly turns: WorkflowTurns;
  readonly compileSchema: SchemaCompiler;
}

/**
 * Starts executions of saved workflows. Which version is published is kept in memory, since webhooks ask for it at each request: at most
 * {@link maxPublished} workflows, each until it changes. An answer of the store that a change overtook is used once and not kept.
 */
export class Starter {
  readonly #parts: StarterParts;
  readonly #published = new Map<string, Version>();
  #changes = 0;

  constructor(parts: StarterParts) {
    this.#parts = parts;
  }

  /** The workflow was published, unpublished or deleted. */
  changed(workflowId: string): void {
    this.#changes += 1;
    this.#published.delete(workflowId);
  }

  /** @throws `not_published`, `workflow_not_found`, `workflow_version_not_found`, `input_invalid`, `idempotency_key_reused`, and the executor's */
  start(wish: StartWish, context: CallContext): Promise<WaitedExecution> {
    return this.#parts.turns.start(
      wish.workflowId,
      async () => (await this.#known(wish, context)) ?? this.#run(wish, context),
    );
  }

  /** @throws `input_invalid` */
  checkInput(check: SchemaCheck | undefined, input: JsonValue): void {
    const violations = check?.(input) ?? [];
    if (violations.length === 0) return;
    throw workflowsErrors.error('input_invalid', "The input does not match the workflow's input schema.", {
      violations,
    });
  }

  /** What an earlier request with the same key started, whatever became of the workflow since. */
  async #known(wish: StartWish, context: CallContext): Promise<WaitedExecution | undefined> {
    if (wish.idempotencyKey === undefined) return undefined;
    const id = await this.#parts.keys.find(wish.workflowId, wish.idempotencyKey, requestOf(wish));
    if (id === undefined) return undefined;
    try {
      return await this.#parts.executor.wait(id, { waitMs: wish.waitMs, signal: context.signal });
    } catch (error) {
      if (!isConv3nError(error, 'execution_not_found')) throw error;
      return undefined;
    }
  }

  async #run(wish: StartWish, context: CallContext): Promise<WaitedExecution> {
    const { executor, keys } = this.#parts;
    const { version, checkInput } = await this.#versionOf(wish.workflowId, wish.version);
    this.checkInput(checkInput, wish.input);
    const request: StartRequest = { workflowId: wish.workflowId, version, input: wish.input, trigger: wish.trigger };
    const wait = { waitMs: wish.waitMs, signal: context.signal };
    if (wish.idempotencyKey === undefined) return executor.runAndWait(request, wait);
    const id = await keys.reserve(wish.workflowId, wish.idempotencyKey, requestOf(wish));
    try {
      return await executor.runAndWait({ ...request, id }, wait);
    } catch (error) {
      if (!isConv3nError(error, 'execution_exists')) throw error;
      return executor.wait(id, wait);
    }
  }

  async #versionOf(workflowId: string, wanted: number | undefined): Promise<Version> {
    const { store } = this.#parts;
    const present = this.#published.get(workflowId);
    if (present && (wanted === undefined || wanted === present.version)) return present;
    const before = this.#changes;
    const published = await store.publishedVersion(workflowId);
    if (wanted === undefined && published === null) {
      throw workflowsErrors.error(
        'not_published',
        `Workflow ${workflowId} has no published version. Publish one, or name a version with ?version=n.`,
      );
    }
    const version = wanted ?? (published as number);
    const { input } = await store.definition(workflowId, version);
    const found = { version, checkInput: input && this.#parts.compileSchema(input) };
    if (version === published && before === this.#changes) this.#keep(workflowId, found);
    return found;
  }

  #keep(workflowId: string, version: Version): void {
    const oldest = this.#published.keys().next();
    if (this.#published.size >= maxPublished && !oldest.done) this.#published.delete(oldest.value);
    this.#published.set(workflowId, version);
  }
}

function requestOf({ version, input }: StartWish): JsonValue {
  return { version: version ?? null, input };
}
