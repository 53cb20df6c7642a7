import type { StartRequest, WaitedExecution } from '@conv3n/executor';
import { type OperationReply, registerOperation, reply, type StreamEvent } from '@conv3n/nexus';
import type { CallContext, JsonObject, JsonValue } from '@conv3n/platform';
import { type ExecutionStatus, isTerminal, type WorkflowFile } from '@conv3n/workflow';
import {
  cancelExecution,
  decideStep,
  executeWorkflow,
  followExecution,
  getExecution,
  getExecutionWorkflow,
  getStep,
  listEvents,
  listExecutions,
  retryExecution,
  runWorkflow,
} from './execution-operations.ts';
import { executionStream } from './execution-stream.ts';
import type { Parts } from './parts.ts';
import { defaultWaitMs } from './starter.ts';
import { acceptedFile, problemsOf } from './validated-file.ts';
import { errorWire, eventWire, executionWire, stepWire, summaryWire } from './views.ts';
import { cursorVersion } from './wire-number.ts';

type Mode = 'sync' | 'async' | 'stream';

interface Waiting {
  readonly mode?: Mode;
  readonly wait_ms?: number;
}

/** Waiting is bounded by `wait_ms`, so the service itself has no deadline. */
const patient = { deadlineMs: 0 };

/** Handlers of executions. */
export function registerExecutionOperations(parts: Parts): void {
  registerStarting(parts);
  registerReading(parts);
  registerFollowing(parts);
  registerControl(parts);
}

function registerStarting(parts: Parts): void {
  const { context, executor, starter, compileSchema } = parts;
  registerOperation<{ workflow: JsonObject; input?: JsonValue } & Waiting>(
    context,
    runWorkflow,
    async ({ workflow, input = null, mode, wait_ms }, call) => {
      const definition = acceptedFile(workflow, problemsOf(workflow, parts));
      if (definition.input) starter.checkInput(compileSchema(definition.input), input);
      const request: StartRequest = {
        definition,
        input,
        trigger: { kind: call.caller.subject === 'cli' ? 'cli' : 'api' },
      };
      return answer(
        parts,
        await executor.runAndWait(request, { waitMs: waitMsOf(mode, wait_ms), signal: call.signal }),
        mode,
      );
    },
    patient,
  );
  registerOperation<{ id: string; input?: JsonValue; version?: number; idempotency_key?: string } & Waiting>(
    context,
    executeWorkflow,
    async ({ id, input = null, version, idempotency_key, mode, wait_ms }, call) => {
      const waited = await starter.start(
        {
          workflowId: id,
          input,
          trigger: { kind: call.caller.subject === 'cli' ? 'cli' : 'api' },
          waitMs: waitMsOf(mode, wait_ms),
          ...(version !== undefined && { version }),
          ...(idempotency_key !== undefined && { idempotencyKey: idempotency_key }),
        },
        call,
      );
      return answer(parts, waited, mode);
    },
    patient,
  );
  context.services.register<FireInput, FireOutput>(
    { name: 'executions.fire', description: 'Starts an execution for a trigger', deadlineMs: 0 },
    async (request, call) => {
      const { execution } = await starter.start(
        {
          workflowId: request.workflow_id,
          input: request.input,
          trigger: {
            kind: request.kind,
            triggerId: request.trigger_id,
            ...(request.node !== null && { node: request.node }),
          },
          waitMs: request.wait_ms,
          ...(request.idempotency_key !== undefined && { idempotencyKey: request.idempotency_key }),
        },
        call,
      );
      const { id, status, output, error } = execution;
      return { id, status, output, error: errorWire(error) };
    },
  );
}

interface FireInput {
  readonly workflow_id: string;
  readonly node: string | null;
  readonly kind: 'webhook' | 'cron' | 'interval';
  readonly trigger_id: string;
  readonly input: JsonValue;
  readonly idempotency_key?: string;
  readonly wait_ms: number;
}

interface FireOutput {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly output: JsonValue;
  readonly error: JsonValue;
}

function waitMsOf(mode: Mode = 'sync', waitMs = defaultWaitMs): number {
  return mode === 'sync' ? waitMs : 0;
}

/** 200 with an ended execution, 202 with an open one, or its events. */
function answer(parts: Parts, { execution }: WaitedExecution, mode: Mode | undefined): OperationReply {
  if (mode === 'stream')
    return reply({ stream: (signal) => follow(parts, execution.id, { after: 0, view: true }, signal) });
  return reply({
    outcome: isTerminal(execution.status) ? 'ok' : 'accepted',
    data: executionWire(execution),
    headers: { location: `/api/v1/executions/${execution.id}` },
  });
}

function registerReading({ context, executor, index }: Parts): void {
  registerOperation<{
    workflow_id?: string;
    status?: ExecutionStatus;
    from?: string;
    to?: string;
    limit?: number;
    cursor?: string;
  }>(context, listExecutions, async ({ workflow_id, status, from, to, limit = 50, cursor }) => {
    const page = await index.list({
      limit,
      ...(workflow_id !== undefined && { workflowId: workflow_id }),
      ...(status !== undefined && { status }),
      ...(from !== undefined && { from: Date.parse(from) }),
      ...(to !== undefined && { to: Date.parse(to) }),
      ...(cursor !== undefined && { after: cursor }),
    });
    return { items: page.items.map(summaryWire), ...(page.next !== undefined && { next_cursor: page.next }) };
  });
  registerOperation<{ id: string }>(context, getExecution, async ({ id }) => executionWire(await executor.view(id)));
  registerOperation<{ id: string }>(context, getExecutionWorkflow, async ({ id }) => ({
    workflow: (await executor.definition(id)) as unknown as JsonValue,
  }));
  registerOperation<{ id: string; limit?: number; cursor?: string }>(
    context,
    listEvents,
    async ({ id, limit = 200, cursor }) => {
      const afterVersion = cursor === undefined ? 0 : cursorVersion(cursor);
      const events = await executor.events(id, { afterVersion, limit });
      const last = events.at(-1);
      return {
        items: events.map(eventWire),
        ...(last && events.length === limit && { next_cursor: String(last.version) }),
      };
    },
  );
  registerOperation<{ id: string; node: string; iteration?: string; limit?: number; cursor?: string }>(
    context,
    getStep,
    async ({ id, node, iteration, limit = 50, cursor }) => {
      if (iteration === undefined && isInsideLoop(await executor.definition(id), node)) {
        const page = await executor.steps(id, { node, limit, ...(cursor !== undefined && { after: cursor }) });
        return { items: page.items.map(stepWire), ...(page.next !== undefined && { next_cursor: page.next }) };
      }
      const step = await executor.step(id, node, iteration === undefined ? [] : iteration.split('.').map(Number));
      return { ...stepWire(step), input: step.input };
    },
  );
}

/** Nodes of the top level run once; every other one is part of some loop's body. */
function isInsideLoop(file: WorkflowFile, node: string): boolean {
  return !Object.hasOwn(file.nodes, node);
}

function registerFollowing(parts: Parts): void {
  const { context, executor, eventStore } = parts;
  registerOperation<{ id: string; last_event_id?: string }>(
    context,
    followExecution,
    async ({ id, last_event_id }) => {
      await executor.view(id);
      const from =
        last_event_id === undefined
          ? { after: await eventStore.streamVersion(executionStream(id)), view: true }
          : { after: Math.max(0, Number.parseInt(last_event_id, 10) || 0), view: false };
      return reply({ stream: (signal) => follow(parts, id, from, signal) });
    },
    patient,
  );
}

interface FollowFrom {
  /** The version after which events are wanted. */
  readonly after: number;
  /** Whether the whole view comes first; it may hold what the first events tell. */
  readonly view: boolean;
}

/** The events of an execution that may have ended: then those that are left, and the end. */
async function* follow(
  { executor, eventStore }: Parts,
  id: string,
  { after, view }: FollowFrom,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const present = await executor.view(id);
  if (view) yield { event: 'execution', id: String(after), data: executionWire(present) };
  const hasMore = !isTerminal(present.status) || after < (await eventStore.streamVersion(executionStream(id)));
  if (hasMore) {
    for await (const event of executor.follow(id, { afterVersion: after, signal })) {
      yield { event: event.type, id: String(event.version), data: eventWire(event) };
    }
  }
  if (!signal.aborted) yield { event: 'end', data: executionWire(await executor.view(id)) };
}

function registerControl({ context, executor }: Parts): void {
  const view = async (id: string) => executionWire(await executor.view(id));
  registerOperation<{ id: string }>(context, cancelExecution, async ({ id }, call: CallContext) => {
    await executor.cancel(id, call.caller.subject);
    return reply({ outcome: 'accepted', data: await view(id) });
  });
  registerOperation<{ id: string; from_node?: string }>(context, retryExecution, async ({ id, from_node }) => {
    const started = await executor.retry(id, from_node);
    await started.accepted();
    return reply({
      outcome: 'accepted',
      data: { id: started.id },
      headers: { location: `/api/v1/executions/${started.id}` },
    });
  });
  registerOperation<{
    id: string;
    node: string;
    iteration?: string;
    decision: 'retry' | 'skip' | 'fail' | 'succeed';
    data?: JsonValue;
  }>(context, decideStep, async ({ id, node, iteration, decision, data }, call: CallContext) => {
    await executor.decide(id, {
      node,
      decision,
      by: call.caller.subject,
      ...(iteration !== undefined && { iteration: iteration.split('.').map(Number) }),
      ...(data !== undefined && { data }),
    });
    return view(id);
  });
}
