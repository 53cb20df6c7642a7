import type { Execution, Step } from '@conv3n/sdk';
import { exitCodeOfStatus } from './exit-code.ts';
import { duration, type Output, paint, paintStatus, pretty, table } from './output.ts';

/** Prints an execution and sets the exit code by its status; one that was only started counts as fine. */
export function showExecution(output: Output, execution: Execution, startedOnly = false): void {
  output.result(execution, () => executionText(execution));
  process.exitCode = startedOnly ? 0 : exitCodeOfStatus(execution.status);
}

/** An execution for people: what, how it ended, its steps, its output or error, and what to do next. */
export function executionText(execution: Execution): string {
  const parts = [
    `${paint('bold', execution.workflow_name)}  ${paintStatus(execution.status)}  ${paint('dim', `${execution.id}  ${duration(elapsed(execution))}`)}`,
    table(
      ['STEP', 'BLOCK', 'STATUS', 'PORT', 'TRIES', 'TIME'],
      execution.steps.map((step) => [
        step.node,
        step.type,
        paintStatus(step.status),
        step.port ?? '',
        step.attempts > 1 ? String(step.attempts) : '',
        duration(elapsed(step)),
      ]),
      'No steps yet.',
    ),
  ];
  if (execution.error)
    parts.push(`${paint('red', 'error')} ${execution.error.message} ${paint('dim', `(${execution.error.code})`)}`);
  else if (execution.status === 'succeeded') parts.push(pretty(execution.output));
  const doubtful = execution.steps.filter((step) => step.status === 'in_doubt');
  for (const step of doubtful) {
    parts.push(
      `Nobody knows whether ${step.node} took effect. Look at the other side, then: conv3n execution decide ${execution.id} ${step.node} succeed|retry|skip|fail`,
    );
  }
  return parts.join('\n\n');
}

function elapsed(item: Pick<Step, 'started_at' | 'finished_at'>): number | null {
  return item.started_at && item.finished_at ? Date.parse(item.finished_at) - Date.parse(item.started_at) : null;
}
