import type { ExecutionStatus, WorkflowFile } from '@conv3n/workflow';
import type { Execution, Step } from '../src/api/types.ts';
import { outputPorts } from '../src/engine/ports.ts';
import { applyEvent, type RunEvent } from '../src/engine/run-state.ts';
import { runOfExecution } from '../src/runs/run-of-execution.ts';
import { mockBlocks } from './mock-blocks.ts';
import { orderResults } from './mock-data.ts';

/** An execution of the mock: canned results walked along the graph. */
export interface MockRun {
  execution: Execution;
  readonly file: WorkflowFile;
  readonly events: RunEvent[];
  readonly listeners: Set<(event: RunEvent | 'end') => void>;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Starts an execution; `pace` stretches times, 0 ends at once. `fail` names a node that fails, `doubt` one that stays in doubt. */
export function startRun(
  file: WorkflowFile,
  input: unknown,
  facts: {
    id: string;
    workflowId: string | null;
    version: number | null;
    pace: number;
    at?: number;
    fail?: string;
    doubt?: string;
  },
): MockRun {
  let clock = facts.at ?? Date.now();
  const now = () => new Date(facts.pace === 0 ? clock : Date.now()).toISOString();
  const created = now();
  const run: MockRun = {
    file,
    events: [],
    listeners: new Set(),
    execution: {
      id: facts.id,
      workflow_id: facts.workflowId,
      workflow_version: facts.version,
      workflow_name: file.name,
      status: 'running',
      trigger: { kind: 'api' },
      input,
      output: null,
      error: null,
      created_at: created,
      started_at: created,
      finished_at: null,
      steps: [],
    },
  };
  const emit = (type: string, data: unknown) => {
    const event = { version: run.events.length + 1, type, time: now(), data };
    run.events.push(event);
    const state = applyEvent(runOfExecution(run.execution), event);
    const steps = [...state.steps.values()].map(
      (step) => ({ ...step, type: file.nodes[step.node]?.type ?? '', input: { default: input } }) as Step,
    );
    run.execution = {
      ...run.execution,
      status: state.status,
      output: state.output ?? null,
      error: state.error,
      finished_at: state.finished_at,
      steps,
    };
    for (const listener of run.listeners) listener(event);
  };
  const wait = async (ms: number) => {
    clock += ms;
    if (facts.pace > 0) await delay(ms * facts.pace);
  };

  async function walk(): Promise<void> {
    emit('execution_started', { name: file.name });
    const taken = new Map<string, string | null>();
    const order = topological(file);
    let ending: ExecutionStatus = 'succeeded';
    let output: unknown = null;
    for (const id of order) {
      if (run.execution.status === 'cancelled') return;
      const incoming = file.edges.filter((edge) => edge.target === id);
      const live =
        incoming.length === 0 || incoming.some((edge) => taken.get(edge.source) === (edge.sourceHandle ?? 'default'));
      const node = file.nodes[id];
      if (!node || !live) {
        taken.set(id, null);
        continue;
      }
      const known = orderResults[id] ?? { data: { ok: true }, ms: 60 };
      emit('step_started', { node: id, attempt: 1, key: `${facts.id}:${id}` });
      if (node.type === 'std/loop') {
        for (const [index, item] of (Array.isArray(known.data) ? known.data : [1, 2, 3]).entries()) {
          for (const inner of Object.keys((node.config?.['body'] as { nodes?: object })?.nodes ?? {})) {
            emit('step_succeeded', { node: inner, i: [index], data: item, ms: 40 });
            await wait(45);
          }
        }
      } else await wait(known.ms);
      if (facts.fail === id) {
        const error = {
          code: 'http_server_error',
          message: 'The other side answered 503 Service Unavailable.',
          retryable: true,
          kind: 'unavailable',
        };
        for (const attempt of [1, 2]) {
          emit('step_failed', { node: id, attempt, error, ms: known.ms, retryAt: clock + 2000 });
          await wait(2000);
        }
        emit('step_failed', { node: id, attempt: 3, error, ms: known.ms });
        emit('execution_failed', { error, node: id });
        ending = 'failed';
        break;
      }
      if (facts.doubt === id) {
        emit('step_in_doubt', { node: id, attempt: 1, reason: 'The connection was lost after sending.' });
        run.execution = { ...run.execution, status: 'in_doubt' };
        return;
      }
      const port =
        known.port ??
        outputPorts(
          node,
          mockBlocks.find((block) => block.type === node.type),
        )[0] ??
        'default';
      emit('step_succeeded', {
        node: id,
        data: known.data,
        ...(port === 'default' ? {} : { port }),
        ms: known.ms,
        ...(id === 'crm' ? { logs: [{ level: 'info', message: 'POST crm.example.com 201 in 684 ms' }] } : {}),
      });
      taken.set(id, port);
      output = known.data;
    }
    if (ending === 'succeeded') emit('execution_succeeded', { output });
    const skipped = Object.keys(file.nodes).filter((id) => !run.execution.steps.some((step) => step.node === id));
    const rest = skipped.map(
      (node): Step => ({
        node,
        type: file.nodes[node]?.type ?? '',
        status: 'skipped',
        attempts: 0,
        iteration: [],
        data: null,
        port: null,
        error: null,
        started_at: null,
        finished_at: null,
      }),
    );
    run.execution = { ...run.execution, steps: [...run.execution.steps, ...rest] };
    for (const listener of run.listeners) listener('end');
  }
  void walk();
  return run;
}

function topological(file: WorkflowFile): readonly string[] {
  const order: string[] = [];
  const open = new Set(Object.keys(file.nodes));
  while (open.size > 0) {
    const next = [...open].filter((id) => file.edges.every((edge) => edge.target !== id || !open.has(edge.source)));
    if (next.length === 0) break;
    for (const id of next) {
      open.delete(id);
      order.push(id);
    }
  }
  return order;
}
