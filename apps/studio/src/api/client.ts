import {
  type CallOptions,
  createClient,
  type ExecutionEvent,
  type ExecutionsDecideInput,
  type ExecutionsEventsInput,
  type ExecutionsListInput,
  type ExecutionsStepInput,
  type StreamEvent,
} from '@conv3n/sdk';
import type { BlockManifest, Execution, Info, Page, Step, Workflow, WorkflowFile, WorkflowSummary } from './types.ts';

const sdk = createClient({ credentials: 'same-origin' });

/** The contract leaves documents (workflow files, manifests, data) open; here they get their types. */
function typed<T>(answer: Promise<unknown>): Promise<T> {
  return answer as Promise<T>;
}

const open = (file: WorkflowFile): Readonly<Record<string, unknown>> => ({ ...file });

/** The one place where the studio calls the server: the SDK on the session's cookie. */
export const client = {
  auth: sdk.auth,
  secrets: sdk.secrets,
  apiKeys: sdk.apiKeys,
  triggers: sdk.triggers,
  expressions: sdk.expressions,
  system: { info: () => typed<Info>(sdk.system.info()) },
  blocks: { list: () => typed<Page<BlockManifest>>(sdk.blocks.list()) },
  workflows: {
    list: (input: { limit?: number; cursor?: string; query?: string }) =>
      typed<Page<WorkflowSummary>>(sdk.workflows.list(input)),
    get: (input: { id: string }) => typed<Workflow>(sdk.workflows.get(input)),
    create: (input: { workflow: WorkflowFile }) =>
      typed<Workflow>(sdk.workflows.create({ workflow: open(input.workflow) })),
    update: (input: { id: string; workflow: WorkflowFile; if_match: number }) =>
      typed<Workflow>(
        sdk.workflows.update({ id: input.id, workflow: open(input.workflow), if_match: String(input.if_match) }),
      ),
    delete: sdk.workflows.delete,
    versions: sdk.workflows.versions,
    version: (input: { id: string; version: number }) => typed<Workflow>(sdk.workflows.version(input)),
    publish: (input: { id: string; version: number }) => typed<Workflow>(sdk.workflows.publish(input)),
    unpublish: (input: { id: string }) => typed<Workflow>(sdk.workflows.unpublish(input)),
    validate: (input: { workflow: WorkflowFile }, options?: CallOptions) =>
      sdk.workflows.validate({ workflow: open(input.workflow) }, options),
    run: (input: { workflow: WorkflowFile; input?: unknown }) =>
      typed<Execution>(sdk.workflows.run({ workflow: open(input.workflow), input: input.input, mode: 'async' })),
    execute: (input: { id: string; input?: unknown; version: number }) =>
      typed<Execution>(sdk.workflows.execute({ ...input, mode: 'async' })),
  },
  executions: {
    list: (input: ExecutionsListInput) => sdk.executions.list(input),
    get: (input: { id: string }) => typed<Execution>(sdk.executions.get(input)),
    events: (input: ExecutionsEventsInput) => sdk.executions.events(input),
    follow: (input: { id: string }, options?: CallOptions): AsyncIterable<StreamEvent<ExecutionEvent | Execution>> =>
      sdk.executions.follow(input, options) as AsyncIterable<StreamEvent<ExecutionEvent | Execution>>,
    step: (input: ExecutionsStepInput) => typed<Step | Page<Step>>(sdk.executions.step(input)),
    definition: (input: { id: string }) => typed<{ readonly workflow: WorkflowFile }>(sdk.executions.definition(input)),
    cancel: sdk.executions.cancel,
    retry: sdk.executions.retry,
    decide: (input: ExecutionsDecideInput) => typed<Execution>(sdk.executions.decide(input)),
  },
};
