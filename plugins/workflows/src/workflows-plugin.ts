import { createExecutor, type Executor, type ExecutorLimits } from '@conv3n/executor';
import type { SchemaCompiler } from '@conv3n/platform';
import type { EventStore } from '@conv3n/potter';
import type { Plugin, Storage } from '@conv3n/runtime';
import type { BlobStore, ExecutionIndex } from '@conv3n/workflow';
import { registerExecutionOperations } from './execution-handlers.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { type RetentionOptions, startRetention } from './retention.ts';
import { serviceBlocks } from './service-blocks.ts';
import { Starter } from './starter.ts';
import { storageVariables } from './storage-variables.ts';
import { registerToolOperations } from './tool-handlers.ts';
import { triggerCalls } from './trigger-calls.ts';
import { registerWorkflowOperations } from './workflow-handlers.ts';
import { WorkflowStore } from './workflow-store.ts';
import { WorkflowTurns } from './workflow-turns.ts';

export interface WorkflowsOptions {
  readonly eventStore: EventStore;
  /** The unrestricted storage of the same backend: variables commit with events. */
  readonly storage: Storage;
  readonly index: ExecutionIndex;
  readonly blobs: BlobStore;
  readonly compileSchema: SchemaCompiler;
  readonly limits?: Partial<ExecutorLimits>;
  /** What `$env` shows. */
  readonly env?: Readonly<Record<string, string>>;
  /** Time running steps get at stop, in milliseconds. */
  readonly drainGraceMs: number;
  readonly retention: RetentionOptions;
}

/**
 * Workflows, versions and executions. Services beside its operations: `executions.fire` (for triggers) and `workflows.published_triggers`.
 * It calls `triggers.sync` and `triggers.forget` when a trigger plugin offers them, and every `block:*`.
 */
export function workflowsPlugin(options: WorkflowsOptions): Plugin {
  let executor: Executor;
  return {
    manifest: {
      id: 'workflows',
      version: '0.1.0',
      description: 'Workflows, versions and executions',
      capabilities: [
        'svc:register:workflows.*',
        'svc:register:executions.*',
        'svc:register:blocks.*',
        'svc:register:expressions.*',
        'svc:call:block:*',
        'svc:call:triggers.*',
        'evt:emit:workflow.*',
        'store:read:executions.*',
        'store:write:executions.*',
      ],
      optional: ['blocks-std'],
    },
    load(context) {
      const blocks = serviceBlocks(context);
      const store = new WorkflowStore(options.eventStore, options.storage);
      executor = createExecutor({
        platform: context.platform,
        eventStore: options.eventStore,
        index: options.index,
        blobs: options.blobs,
        blocks,
        variables: storageVariables(options.storage),
        definitions: {
          async load(workflowId, version) {
            const found =
              version ?? (await store.publishedVersion(workflowId)) ?? (await store.get(workflowId)).version;
            return { file: await store.definition(workflowId, found), version: found };
          },
        },
        ...(options.limits && { limits: options.limits }),
        ...(options.env && { env: options.env }),
      });
      const keys = new IdempotencyKeys(context.storage, context.platform);
      const turns = new WorkflowTurns();
      const { index, eventStore, compileSchema } = options;
      const starter = new Starter({ executor, store, keys, turns, compileSchema });
      const triggers = triggerCalls(context);
      const parts = { context, executor, store, starter, turns, triggers, blocks, index, eventStore, compileSchema };
      registerWorkflowOperations(parts);
      registerExecutionOperations(parts);
      registerToolOperations(parts);
    },
    async start(context) {
      const resumed = await executor.recover();
      if (resumed > 0) context.log.write('info', 'Open executions go on', { resumed });
      startRetention(context, options, options.retention);
    },
    stop: () => executor.drain(options.drainGraceMs),
  };
}
