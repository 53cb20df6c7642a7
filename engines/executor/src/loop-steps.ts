import type { JsonValue } from '@conv3n/platform';
import type { LoopPlan, StepState, StoredValue } from '@conv3n/workflow';
import { executorErrors } from './errors.ts';
import { at, type Run } from './run.ts';
import { armStepTimeout, refuse } from './settle-result.ts';
import { prepare } from './step-prepare.ts';
import { storable } from './storable.ts';
import { TightLoop } from './tight-loop.ts';

/** Evaluates the items and announces the loop. */
export function startLoop(run: Run, step: StepState, startedAt: number): void {
  prepare(run, step, startedAt, ({ config }) => {
    const items = config.items;
    const plan = step.node.loop as LoopPlan;
    const { maxIterations } = run.host.limits;
    const count = Array.isArray(items) ? Math.ceil(items.length / plan.batch) : -1;
    if (count < 0 || count > maxIterations) {
      const what = count < 0 ? `a list, not ${describe(items)}` : `at most ${maxIterations} iterations, not ${count}`;
      const error = executorErrors.error('loop_items_invalid', `The items of loop ${step.node.id} must be ${what}.`);
      refuse(run, step, startedAt, error.toDetail());
      return;
    }
    run.items.set(step, items as readonly JsonValue[]);
    const begin = (stored?: StoredValue) => {
      run.emit(
        'loop_started',
        { ...at(step), count, ...(stored !== undefined && { items: stored }) },
        { time: startedAt },
      );
      armStepTimeout(run, step);
    };
    if (plan.storeItems) storable(run, step, items, (error) => refuse(run, step, startedAt, error), begin);
    else begin();
  });
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

/** Runs the next chunk of a tight loop, unless one is under way. */
export function runTightLoop(run: Run, step: StepState): void {
  if (run.calls.has(step)) return;
  new TightLoop(run, step).run();
}
