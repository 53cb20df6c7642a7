import { durationToMs, type ErrorDetail, type JsonObject, type JsonValue } from '@conv3n/platform';
import { defaultPort, type ExecutionView, isBlob, type StepState, type StoredValue } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { startLoop } from './loop-steps.ts';
import { at, type Run } from './run.ts';
import { armStepTimeout, refuse, settleResult } from './settle-result.ts';
import { prepare } from './step-prepare.ts';
import { storable } from './storable.ts';
import { getVariable, setVariable } from './variable-steps.ts';

/** Interprets a control block. */
export function startControl(run: Run, step: StepState): void {
  const startedAt = run.now();
  switch (step.node.control) {
    case 'trigger':
      run.emit('step_succeeded', { ...at(step), data: null });
      return;
    case 'loop':
      startLoop(run, step, startedAt);
      return;
    case 'delay':
      prepare(run, step, startedAt, ({ config }) => {
        startDelay(run, step, startedAt, config);
      });
      return;
    case 'set_var':
      setVariable(run, step, startedAt);
      return;
    case 'get_var':
      getVariable(run, step, startedAt);
      return;
    case 'workflow':
      prepare(run, step, startedAt, ({ config }) => {
        startChild(run, step, config);
      });
      return;
    default:
      throw executorErrors.error('block_unavailable', `Node ${step.node.id} is no control block.`);
  }
}

/** Goes on waiting after a restart. */
export function resumeControl(run: Run, step: StepState): void {
  if (step.child !== null) {
    const child = step.child;
    prepare(run, step, step.startedAt ?? run.now(), ({ config }) => {
      awaitChild(run, step, child, config);
    });
  } else if (step.until !== null) {
    armDelay(run, step, step.until);
  }
}

function startDelay(run: Run, step: StepState, startedAt: number, config: JsonObject): void {
  const until = delayEnd(config, startedAt);
  if (until === undefined) {
    const error = executorErrors.error(
      'delay_invalid',
      `Delay ${step.node.id} needs a duration such as 30s, or until as RFC 3339 time or milliseconds since 1970.`,
    );
    refuse(run, step, startedAt, error.toDetail());
    return;
  }
  if (until <= startedAt) {
    endDelay(run, step);
    return;
  }
  run.emit('step_waiting', { ...at(step), until }, { urgent: true, time: startedAt });
  armStepTimeout(run, step);
  armDelay(run, step, until);
}

function delayEnd({ duration, until }: JsonObject, startedAt: number): number | undefined {
  if (typeof duration === 'string') {
    const ms = durationToMs(duration);
    return ms === undefined ? undefined : startedAt + ms;
  }
  if (typeof duration === 'number' && duration >= 0) return startedAt + duration;
  if (typeof until === 'number') return until;
  const time = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function armDelay(run: Run, step: StepState, until: number): void {
  run.alarm(until, () => {
    if (step.status !== 'waiting') return;
    endDelay(run, step);
  });
}

/** A delay hands its input on. */
function endDelay(run: Run, step: StepState): void {
  const startedAt = step.startedAt ?? run.now();
  run.emit('step_succeeded', { ...at(step), data: passedOn(step), ms: run.now() - startedAt });
}

function passedOn(step: StepState): StoredValue {
  const edges = step.live.filter((edge) => edge.input === defaultPort);
  const [edge] = edges;
  if (!edge) return null;
  if (edges.length === 1) return (step.graph.steps[edge.source] as StepState).data;
  const merged: Record<string, JsonValue> = {};
  for (const { source } of edges) {
    const { data } = step.graph.steps[source] as StepState;
    if (!isBlob(data) && typeof data === 'object') Object.assign(merged, data);
  }
  return merged;
}

function startChild(run: Run, step: StepState, config: JsonObject): void {
  const { limits, platform } = run.host;
  if (run.state.depth + 1 > limits.maxDepth) {
    const error = executorErrors.error(
      'workflow_call_too_deep',
      `Workflows call one another ${limits.maxDepth} levels deep here; more is not allowed. Check for a call in a circle.`,
    );
    refuse(run, step, run.now(), error.toDetail());
    return;
  }
  const executionId = platform.ids.next();
  run.emit('child_started', { ...at(step), executionId }, { urgent: true });
  armStepTimeout(run, step);
  run.afterFlush(step, () => awaitChild(run, step, executionId, config));
}

function awaitChild(run: Run, step: StepState, id: string, config: JsonObject): void {
  const controller = new AbortController();
  const request = {
    id,
    parentId: run.id,
    depth: run.state.depth + 1,
    workflowId: String(config.workflow),
    ...(typeof config.version === 'number' && { version: config.version }),
    input: config.input ?? null,
  };
  run.waits.child(step, () => {
    controller.abort();
    run.host.cancelChild(id, 'system');
  });
  const over = (settle: () => void) => {
    if (run.closed || !run.waits.childDone(step)) return;
    try {
      settle();
    } catch (error) {
      run.breakDown(error);
    }
    run.pump();
  };
  run.host.child(request, controller.signal).then(
    (view) => over(() => settleChild(run, step, view)),
    (error: unknown) => over(() => settleResult(run, step, step.startedAt ?? run.now(), childError(id, error))),
  );
}

function settleChild(run: Run, step: StepState, view: ExecutionView): void {
  const startedAt = step.startedAt ?? run.now();
  if (view.status === 'succeeded') {
    const fail = (error: ErrorDetail) => refuse(run, step, startedAt, error);
    storable(run, step, view.output, fail, (data) =>
      run.emit('step_succeeded', { ...at(step), data, ms: run.now() - startedAt }),
    );
    return;
  }
  const error = executorErrors.error(
    'workflow_call_failed',
    `The called workflow ${view.workflowName} ended as ${view.status}${view.error ? `: ${view.error.message}` : '.'}`,
    { details: { executionId: view.id, status: view.status, code: view.error?.code ?? null } },
  );
  settleResult(run, step, startedAt, { kind: 'failed', error: error.toDetail(), port: 'error' });
}

function childError(id: string, thrown: unknown) {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const error = executorErrors.error('workflow_call_failed', `The called workflow could not run: ${reason}`, {
    details: { executionId: id },
  });
  return { kind: 'failed', error: error.toDetail(), port: 'error' } as const;
}
