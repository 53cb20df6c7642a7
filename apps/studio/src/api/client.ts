import { readEvents, type ServerEvent } from './event-stream.ts';
import { call, open } from './http.ts';
import type {
  ApiKey,
  BlockManifest,
  Decision,
  Execution,
  ExecutionSummary,
  Info,
  Page,
  Secret,
  Session,
  Step,
  Trigger,
  Validation,
  Workflow,
  WorkflowFile,
  WorkflowSummary,
  WorkflowVersion,
} from './types.ts';

interface CallOptions {
  readonly signal?: AbortSignal;
}

interface PageInput {
  readonly limit?: number;
  readonly cursor?: string;
}

const id = encodeURIComponent;

/** The one place where the studio calls the server: the surface of the SDK, on the session cookie. */
export const client = {
  auth: {
    exchange: (input: { token: string }) => call<unknown>('POST', '/auth/exchange', { body: input }),
    session: () => call<Session>('GET', '/auth/session'),
    logout: () => call<unknown>('POST', '/auth/logout', { body: {} }),
  },
  system: {
    info: () => call<Info>('GET', '/info'),
  },
  blocks: {
    list: () => call<Page<BlockManifest>>('GET', '/blocks'),
  },
  workflows: {
    list: (input: PageInput & { query?: string } = {}) => call<Page<WorkflowSummary>>('GET', '/workflows', { query: { ...input } }),
    get: (input: { id: string }) => call<Workflow>('GET', `/workflows/${id(input.id)}`),
    create: (input: { workflow: WorkflowFile; publish?: boolean }) =>
      call<Workflow>('POST', '/workflows', { query: { publish: input.publish }, body: input.workflow }),
    update: (input: { id: string; workflow: WorkflowFile; if_match: number }) =>
      call<Workflow>('PUT', `/workflows/${id(input.id)}`, { body: input.workflow, headers: { 'if-match': String(input.if_match) } }),
    delete: (input: { id: string }) => call<unknown>('DELETE', `/workflows/${id(input.id)}`),
    versions: (input: { id: string } & PageInput) => call<Page<WorkflowVersion>>('GET', `/workflows/${id(input.id)}/versions`),
    version: (input: { id: string; version: number }) => call<Workflow>('GET', `/workflows/${id(input.id)}/versions/${input.version}`),
    publish: (input: { id: string; version: number }) =>
      call<Workflow>('POST', `/workflows/${id(input.id)}/versions/${input.version}/publish`, { body: {} }),
    unpublish: (input: { id: string }) => call<Workflow>('POST', `/workflows/${id(input.id)}/unpublish`, { body: {} }),
    validate: (input: { workflow: WorkflowFile }, options: CallOptions = {}) =>
      call<Validation>('POST', '/workflows/validate', { body: input.workflow, signal: options.signal }),
    run: (input: { workflow: WorkflowFile; input?: unknown }) =>
      call<Execution>('POST', '/run', { query: { mode: 'async' }, body: input }),
    execute: ({ id: workflow, version, ...body }: { id: string; input?: unknown; version?: number }) =>
      call<Execution>('POST', `/workflows/${id(workflow)}/execute`, { query: { mode: 'async', version }, body }),
  },
  executions: {
    list: (input: PageInput & { workflow_id?: string; status?: string; from?: string; to?: string } = {}) =>
      call<Page<ExecutionSummary>>('GET', '/executions', { query: { ...input } }),
    get: (input: { id: string }) => call<Execution>('GET', `/executions/${id(input.id)}`),
    events: (input: { id: string; after?: number; limit?: number }) =>
      call<{ items: readonly { version: number; type: string; time: string; data: unknown }[]; next_cursor?: string }>(
        'GET',
        `/executions/${id(input.id)}/events`,
        { query: { after: input.after, limit: input.limit } },
      ),
    async *follow(input: { id: string; last_event_id?: string }, options: CallOptions = {}): AsyncGenerator<ServerEvent> {
      const headers = input.last_event_id === undefined ? {} : { 'last-event-id': input.last_event_id };
      yield* readEvents(await open(`/executions/${id(input.id)}/events`, { headers, signal: options.signal }));
    },
    step: (input: { id: string; node: string; iteration?: string } & PageInput) =>
      call<Step | Page<Step>>('GET', `/executions/${id(input.id)}/steps/${id(input.node)}`, {
        query: { iteration: input.iteration, limit: input.limit, cursor: input.cursor },
      }),
    definition: (input: { id: string }) => call<{ workflow: WorkflowFile }>('GET', `/executions/${id(input.id)}/workflow`),
    cancel: (input: { id: string }) => call<unknown>('POST', `/executions/${id(input.id)}/cancel`, { body: {} }),
    retry: ({ id: execution, ...body }: { id: string; from_node?: string }) =>
      call<{ id: string }>('POST', `/executions/${id(execution)}/retry`, { body }),
    decide: ({ id: execution, ...body }: { id: string; node: string; iteration?: string; decision: Decision; data?: unknown }) =>
      call<Execution>('POST', `/executions/${id(execution)}/decide`, { body }),
  },
  expressions: {
    evaluate: (input: { expression: string; execution_id?: string; node?: string }, options: CallOptions = {}) =>
      call<{ value: unknown }>('POST', '/expressions/evaluate', { body: input, signal: options.signal }),
  },
  triggers: {
    list: (input: PageInput = {}) => call<Page<Trigger>>('GET', '/triggers', { query: { ...input } }),
    update: ({ id: trigger, ...body }: { id: string; enabled: boolean }) => call<Trigger>('PUT', `/triggers/${id(trigger)}`, { body }),
  },
  secrets: {
    list: () => call<Page<Secret>>('GET', '/secrets'),
    set: (input: { name: string; value: string }) => call<unknown>('POST', '/secrets', { body: input }),
    delete: (input: { name: string }) => call<unknown>('DELETE', `/secrets/${id(input.name)}`),
  },
  apiKeys: {
    list: () => call<Page<ApiKey>>('GET', '/api-keys'),
    create: (input: { name: string; scopes: readonly string[]; expires_at?: string }) =>
      call<ApiKey & { key: string }>('POST', '/api-keys', { body: input }),
    revoke: (input: { id: string }) => call<unknown>('DELETE', `/api-keys/${id(input.id)}`),
  },
};
