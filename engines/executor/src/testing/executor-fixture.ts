import type { JsonObject, JsonValue } from '@conv3n/platform';
import { type TestPlatform, testPlatform } from '@conv3n/platform/testing';
import { type EventStore, memoryEventStore } from '@conv3n/potter';
import {
  type BlobStore,
  type Block,
  type BlockManifest,
  controlBlocks,
  type ExecutionIndex,
  type ExecutionView,
  memoryBlobStore,
  memoryExecutionIndex,
  memoryVariableStore,
  type VariableStore,
  type WorkflowEdge,
  type WorkflowFile,
  type WorkflowNode,
} from '@conv3n/workflow';
import { blockMap } from '../block-source.ts';
import { createExecutor } from '../durable-executor.ts';
import type { Executor } from '../executor.ts';
import type { ExecutorLimits } from '../options.ts';
import { testBlocks } from './test-blocks.ts';

/** The parts that survive a restart of the server. */
export interface Disk {
  readonly platform: TestPlatform;
  readonly eventStore: EventStore;
  readonly index: ExecutionIndex;
  readonly variables: VariableStore;
  readonly blobs: BlobStore;
  readonly workflows: Map<string, WorkflowFile>;
}

/** Stores in memory on a manual clock. */
export function memoryDisk(seed = 1): Disk {
  const platform = testPlatform({ seed });
  return {
    platform,
    eventStore: memoryEventStore({ clock: platform.clock }),
    index: memoryExecutionIndex(),
    variables: memoryVariableStore({ clock: platform.clock }),
    blobs: memoryBlobStore(),
    workflows: new Map(),
  };
}

/** An executor over a disk, with the test blocks, the control blocks and `blocks`. Workflows are looked up in `disk.workflows`. */
export function executorOn(
  disk: Disk,
  options: { readonly blocks?: readonly (Block | BlockManifest)[]; readonly limits?: Partial<ExecutorLimits> } = {},
): Executor {
  const { workflows, ...stores } = disk;
  return createExecutor({
    ...stores,
    blocks: blockMap([...controlBlocks, ...testBlocks(disk.platform), ...(options.blocks ?? [])]),
    definitions: {
      async load(workflowId, version) {
        const file = workflows.get(workflowId);
        if (!file) throw new Error(`No workflow ${workflowId}`);
        return { file, version: version ?? 1 };
      },
    },
    ...(options.limits && { limits: options.limits }),
  });
}

/** A workflow of nodes and edges written `a -> b`, `a.port -> b` or `a -> b.input`. */
export function workflow(
  nodes: Readonly<Record<string, WorkflowNode | string>>,
  edges: readonly string[] = [],
  rest: Partial<WorkflowFile> = {},
): WorkflowFile {
  const named = Object.entries(nodes).map(
    ([id, node]) => [id, typeof node === 'string' ? { type: node } : node] as const,
  );
  return {
    schema: 'conv3n.workflow/v1',
    name: 'test',
    ...rest,
    nodes: Object.fromEntries(named),
    edges: edges.map(edge),
  };
}

/** An edge from its short form. */
export function edge(text: string): WorkflowEdge {
  const [from = '', to = ''] = text.split('->').map((part) => part.trim());
  const [source = '', sourceHandle] = from.split('.');
  const [target = '', targetHandle] = to.split('.');
  return {
    source,
    target,
    ...(sourceHandle !== undefined && { sourceHandle }),
    ...(targetHandle !== undefined && { targetHandle }),
  };
}

/** Runs an unsaved workflow to its rest, moving the clock as far as needed. */
export async function runToRest(
  disk: Disk,
  executor: Executor,
  definition: WorkflowFile,
  input: JsonValue = null,
): Promise<ExecutionView> {
  const started = await executor.start({ definition, input });
  return restOf(disk, executor, started.id);
}

/** Moves the clock until the execution rests. */
export async function restOf(disk: Disk, executor: Executor, id: string): Promise<ExecutionView> {
  for (let turn = 0; turn < 200; turn += 1) {
    await disk.platform.advance(turn < 20 ? 10 : 60_000);
    const view = await executor.view(id);
    if (['succeeded', 'failed', 'cancelled', 'timed_out', 'in_doubt'].includes(view.status)) return view;
  }
  throw new Error(`Execution ${id} does not come to rest: ${JSON.stringify(await executor.view(id))}`);
}

/** Step statuses by node. */
export function statuses(view: ExecutionView): Record<string, string> {
  return Object.fromEntries(view.steps.map((step) => [step.node, step.status]));
}

/** The stored events of an execution, as type and data. */
export async function storedEvents(disk: Disk, id: string): Promise<readonly { type: string; data: JsonObject }[]> {
  const events = await disk.eventStore.readStream(`execution-${id}`, { limit: 10_000 });
  return events.map(({ type, data }) => ({ type, data }));
}
