import type { Executor } from '@conv3n/executor';
import type { SchemaCompiler } from '@conv3n/platform';
import type { PluginContext } from '@conv3n/runtime';
import type { ExecutionIndex } from '@conv3n/workflow';
import type { serviceBlocks } from './service-blocks.ts';
import type { Starter } from './starter.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** What the handlers of this plugin share. */
export interface Parts {
  readonly context: PluginContext;
  readonly executor: Executor;
  readonly store: WorkflowStore;
  readonly starter: Starter;
  readonly blocks: ReturnType<typeof serviceBlocks>;
  readonly index: ExecutionIndex;
  readonly compileSchema: SchemaCompiler;
}
