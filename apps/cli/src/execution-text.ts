import type { Execution } from '@conv3n/sdk';
import { exitCodeOfStatus } from './exit-code.ts';
import { duration, elapsed, pretty } from './human-format.ts';
import type { Output } from './output.ts';
import { paint, printable, statusFormat } from './style.ts';
import { table } from './table.ts';

/** Prints an execution and sets the exit code by its status. */
export function showExecution(output: Output, execution: Execution): void {
  output.result(execution, () => executionText(execution));
  process.exitCode = exitCodeOfStatus(execution.status);
}

/** An execution for people: what, how it ended, its steps, its output or error, and what to do next. */
export function executionText(execution: Execution): string {
  const { id, status, error, steps } = execution;
  const facts = [id, elapsed(execution.started_at, execution.finished_at)].filter((fact) => fact !== '').join('  ');
  const parts = [
    `${paint('bold', printable(execution.workflow_name))}  ${paint(statusFormat(status), status)}  ${paint('dim', facts)}`,
    table(
      ['STEP', 'BLOCK', 'STATUS', 'PORT', 'TRIES', 'TIME'],
      steps.map((step) => [
        step.node,
        step.type,
        { text: step.status, format: statusFormat(step.status) },
        step.port ?? '',
        step.attempts > 1 ? String(step.attempts) : '',
        elapsed(step.started_at, step.finished_at),
      ]),
      'No steps yet.',
    ),
  ];
  if (error) {
    const failed = steps.filter((step) => step.error && step.status === 'failed').map((step) => step.node);
    const where = failed.length === 0 ? '' : ` in ${failed.join(', ')}`;
    parts.push(`${paint('red', 'error')}${where} ${printable(error.message)} ${paint('dim', `(${error.code})`)}`);
  } else if (status === 'succeeded') parts.push(pretty(execution.output));
  for (const step of steps.filter((candidate) => candidate.status === 'in_doubt')) {
    parts.push(
      `Nobody knows whether ${step.node} took effect. Look at the other side, then: conv3n execution decide ${id} ${step.node} succeed|retry|skip|fail`,
    );
  }
  return parts.join('\n\n');
}

/** An event of an execution, as streams carry it. */
export interface EventView {
  readonly type: string;
  readonly data: unknown;
}

interface EventFacts {
  readonly node?: string;
  readonly i?: readonly number[];
  readonly ms?: number;
  readonly port?: string;
  readonly from?: number;
  readonly to?: number;
  readonly count?: number;
  readonly error?: { readonly message: string };
  readonly reason?: string;
}

/** An event in one line: what, where, how long, why. */
export function eventText({ type, data }: EventView, stream: NodeJS.WriteStream): string {
  const { node, i, ms, port, from, to, count, error, reason } = data as EventFacts;
  const [subject = '', ...rest] = type.split('_');
  const iteration = i ? `[${i.join('.')}]` : '';
  const words = rest.join('_');
  const parts = [
    node === undefined ? subject : `  ${subject === 'step' ? '' : `${subject} `}${node}${iteration}`,
    paint(statusFormat(words), words.replaceAll('_', ' '), stream),
    from === undefined || to === undefined ? '' : `${from} to ${to - 1}`,
    count === undefined ? '' : `with ${count} items`,
    port === undefined ? '' : paint('dim', `→ ${port}`, stream),
    ms === undefined ? '' : paint('dim', duration(ms), stream),
    printable(error?.message ?? reason ?? ''),
  ];
  return parts.filter((part) => part !== '').join(' ');
}
