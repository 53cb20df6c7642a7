import type { Executor } from '@conv3n/executor';
import type { SchemaCompiler } from '@conv3n/platform';
import type { EventStore } from '@conv3n/potter';
import type { PluginContext } from '@conv3n/runtime';
import type { ExecutionIndex } from '@conv3n/workflow';
import type { serviceBlocks } from './service-blocks.ts';
import type { Starter } from './starter.ts';
import type { TriggerCalls } from './trigger-calls.ts';
import type { WorkflowStore } from './workflow-store.ts';
import type { WorkflowTurns } from './workflow-turns.ts';

/** What the handlers of this plugin share. */
export interface Parts {
  readonly context: PluginContext;
  readonly executor: Executor;
  readonly store: WorkflowStore;
  readonly starter: Starter;
  readonly turns: WorkflowTurns;
  readonly triggers: TriggerCalls;
  readonly blocks: ReturnType<typeof serviceBlocks>;
  readonly index: ExecutionIndex;
  readonly eventStore: Pick<EventStore, 'streamVersion'>;
  readonly compileSchema: SchemaCompiler;
}
