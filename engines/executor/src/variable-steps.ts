import { durationToMs, type JsonObject, type JsonValue } from '@conv3n/platform';
import type { StepState, StoredValue } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { checkJson } from './json-check.ts';
import { at, type Run } from './run.ts';
import { refuse, settleResult } from './settle-result.ts';
import { StepCall } from './step-call.ts';
import { prepare } from './step-prepare.ts';
import { failure } from './step-result.ts';
import { storable } from './storable.ts';

const namePattern = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
const maxValueSize = 1_048_576;

/** Writes a variable in the commit of the step's own outcome. */
export function setVariable(run: Run, step: StepState, startedAt: number): void {
  prepare(run, step, startedAt, ({ config }) => {
    const problem = problemOf(run, config);
    if (problem) refuse(run, step, startedAt, variableError(step, problem));
    else store(run, step, startedAt, config);
  });
}

function problemOf(run: Run, { name, scope = 'execution', ttl, value }: JsonObject): string | undefined {
  if (typeof name !== 'string' || !namePattern.test(name)) return `"${String(name)}" is no variable name`;
  if (scope !== 'execution' && scope !== 'workflow' && scope !== 'global') return `there is no scope ${String(scope)}`;
  if (scope === 'workflow' && run.state.workflowId === null) return 'an unsaved workflow has no workflow scope';
  if (ttl !== undefined && (typeof ttl !== 'string' || durationToMs(ttl) === undefined))
    return 'its ttl is no duration';
  const checked = checkJson(value ?? null, maxValueSize);
  if (checked.kind === 'too_large') return `its value is larger than ${maxValueSize} bytes`;
  return checked.kind === 'not_json' ? `its value is not JSON: ${checked.problem}` : undefined;
}

function store(run: Run, step: StepState, startedAt: number, config: JsonObject): void {
  const name = String(config.name);
  const value = config.value ?? null;
  const ttlMs = typeof config.ttl === 'string' ? durationToMs(config.ttl) : undefined;
  const scope = config.scope ?? 'execution';
  storable(
    run,
    step,
    value,
    (error) => refuse(run, step, startedAt, error),
    (data) => {
      const outcome = { ...at(step), data, ...(run.now() > startedAt && { ms: run.now() - startedAt }) };
      if (scope === 'workflow' || scope === 'global') {
        const write = run.host.variables.set({ scope, workflowId: run.state.workflowId }, name, value, ttlMs);
        run.emit('step_succeeded', outcome, { durable: true, writes: [write] });
        return;
      }
      const expires = ttlMs === undefined ? {} : { expiresAt: run.now() + ttlMs };
      run.emit('step_succeeded', { ...outcome, variable: { name, ...expires } }, { durable: true });
    },
  );
}

/** Reads a variable; the value found is recorded as the step's data. */
export function getVariable(run: Run, step: StepState, startedAt: number): void {
  prepare(run, step, startedAt, ({ config }) => {
    const { name, scope } = config;
    if (typeof name !== 'string' || !namePattern.test(name)) {
      refuse(run, step, startedAt, variableError(step, `"${String(name)}" is no variable name`));
      return;
    }
    const own = scope === undefined || scope === 'execution' ? ownVariable(run, name) : undefined;
    if (own !== undefined || scope === 'execution') {
      run.emit('step_succeeded', { ...at(step), data: own ?? null });
      return;
    }
    readStored(run, step, startedAt, name, scope);
  });
}

function ownVariable(run: Run, name: string): StoredValue | undefined {
  const entry = run.state.variables.get(name);
  return entry && (entry.expiresAt === null || entry.expiresAt > run.now()) ? entry.value : undefined;
}

function readStored(run: Run, step: StepState, startedAt: number, name: string, scope: JsonValue | undefined): void {
  const { variables } = run.host;
  const { workflowId } = run.state;
  const found =
    scope === 'workflow' || scope === 'global'
      ? variables.get({ scope, workflowId }, name)
      : variables.read(workflowId, [name]);
  const record = (read: JsonValue | undefined) => {
    const value = scope === undefined ? (read as JsonObject | undefined)?.[name] : read;
    storable(
      run,
      step,
      value ?? null,
      (error) => refuse(run, step, startedAt, error),
      (data) => run.emit('step_succeeded', { ...at(step), data }),
    );
  };
  if (!(found instanceof Promise)) {
    record(found);
    return;
  }
  const call = new StepCall(run, step);
  found.then(
    (value) => call.proceed(() => record(value)),
    (error: unknown) => call.proceed(() => settleResult(run, step, startedAt, failure(error, true))),
  );
}

function variableError(step: StepState, problem: string) {
  return executorErrors.error('variable_invalid', `Variable of node ${step.node.id}: ${problem}.`).toDetail();
}
