import type { Client, Execution } from '@conv3n/sdk';
import type { Command } from 'commander';
import { durationArgument, wholeNumber } from '../argument.ts';
import { contextOf, withExamples } from '../command-context.ts';
import { eventText, showExecution } from '../execution-text.ts';
import { type InputFlags, readExecutionInput } from '../read-input.ts';
import { watchExecution } from '../watch-execution.ts';

interface ExecuteFlags extends InputFlags {
  readonly version?: number;
  readonly async?: boolean;
  readonly wait?: number;
  readonly idempotencyKey?: string;
}

/** `conv3n workflow execute`: starts a saved workflow and shows its steps until it ends. */
export function addExecuteCommand(workflow: Command): void {
  const execute = workflow
    .command('execute <id>')
    .description('run a saved workflow and wait for its end; Ctrl+C stops the waiting, not the execution')
    .option('--input <file>', 'input as a JSON file; - reads standard input')
    .option('--input-json <json>', 'input as JSON')
    .option('--version <n>', 'this version instead of the published one', wholeNumber)
    .option('--async', 'do not wait: print the id and end')
    .option('--wait <time>', 'wait at most this long, such as 30s', durationArgument)
    .option('--idempotency-key <key>', 'repeating the command with the same key starts nothing new')
    .action(async (id: string, flags: ExecuteFlags, command: Command) => {
      const { output, client } = contextOf(command);
      const input = await readExecutionInput(flags);
      const { workflows, executions } = await client();
      const started = await workflows.execute({
        id,
        input,
        mode: 'async',
        ...(flags.version !== undefined && { version: flags.version }),
        ...(flags.idempotencyKey !== undefined && { idempotency_key: flags.idempotencyKey }),
      });
      if (flags.async) {
        output.result(started, () => `Started ${started.id}. Follow it: conv3n execution follow ${started.id}`);
        return;
      }
      output.note(`execution ${started.id}`);
      const ended = await waitFor(executions, started, flags.wait, (line) => output.note(line));
      output.note('');
      showExecution(output, ended);
    });
  withExamples(
    execute,
    'conv3n workflow execute ID --input input.json',
    `conv3n workflow execute ID --input-json '{"body":{"price":60,"qty":2}}' --json`,
    'conv3n workflow execute ID --version 3 --async',
  );
}

async function waitFor(
  executions: Client['executions'],
  { id }: Execution,
  waitMs: number | undefined,
  note: (line: string) => void,
): Promise<Execution> {
  const deadline = waitMs === undefined ? undefined : AbortSignal.timeout(waitMs);
  const read = () => executions.get({ id });
  try {
    return await watchExecution({
      stream: executions.follow({ id, last_event_id: '0' }, deadline && { signal: deadline }),
      read,
      seen: (event) => note(eventText(event, process.stderr)),
    });
  } catch (error) {
    if (!deadline?.aborted) throw error;
    return read();
  }
}
