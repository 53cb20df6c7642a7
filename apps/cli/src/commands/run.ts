import { isConv3nError } from '@conv3n/platform';
import type { Execution } from '@conv3n/sdk';
import type { LocalHouse } from '@conv3n/server/local';
import type { Command } from 'commander';
import { contextOf, withExamples } from '../command-context.ts';
import { cliErrors } from '../errors.ts';
import { eventText, executionText } from '../execution-text.ts';
import { exitCode, exitCodeOfStatus } from '../exit-code.ts';
import { type InputFlags, readExecutionInput, readWorkflow } from '../read-input.ts';
import { table } from '../table.ts';
import { watchExecution } from '../watch-execution.ts';

interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** `conv3n run` and `conv3n validate`: workflow files in this process, without a server. */
export function addRunCommands(program: Command): void {
  const run = program
    .command('run <file>')
    .description('run a workflow file in this process, in memory; the exit code tells how it ended')
    .option('--input <file>', 'input as a JSON file; - reads standard input')
    .option('--input-json <json>', 'input as JSON')
    .option('--files-dir <dir>', 'root of file and database blocks (./files)')
    .action(async (file: string, flags: InputFlags & { filesDir?: string }, command: Command) => {
      const { output, options } = contextOf(command);
      const workflow = await readWorkflow(file);
      const input = await readExecutionInput(flags);
      const durable = options.dataDir !== undefined;
      const house = await openHouse(options.dataDir, flags.filesDir);
      let id = '';
      const interrupt = new AbortController();
      const stop = () => interrupt.abort();
      process.once('SIGINT', stop);
      try {
        const ended = await watchExecution({
          stream: house.run(workflow, input, interrupt.signal),
          read: () => house.call<Execution>('executions.get', { id }),
          started: (execution) => {
            id = execution.id;
          },
          seen: (event) => output.note(eventText(event, process.stderr)),
        });
        if (interrupt.signal.aborted) throw interrupt.signal.reason;
        output.note('');
        output.result(ended, () => executionText(ended));
        process.exitCode = exitCodeOfStatus(ended.status);
      } catch (error) {
        if (!interrupt.signal.aborted) throw error;
        // In memory nobody can go on with it later, so its steps are told to stop.
        if (!durable && id !== '') await house.call('executions.cancel', { id });
        throw cliErrors.error('interrupted', interruption(durable, id), { cause: error });
      } finally {
        process.off('SIGINT', stop);
        await house.close();
      }
    });
  withExamples(
    run,
    'conv3n run examples/order-intake/workflow.json --input examples/order-intake/input.json',
    `conv3n run flow.json --input-json '{"body":{"price":60,"qty":2}}' --json`,
    'conv3n run flow.json --data-dir ./data',
  ).addHelpText(
    'after',
    'With --data-dir the execution is durable there, and a killed run goes on at the next start on that directory.',
  );

  const validate = program
    .command('validate <file>')
    .description('check a workflow file; names every problem with its path')
    .action(async (file: string, _flags: object, command: Command) => {
      const { output } = contextOf(command);
      const workflow = await readWorkflow(file);
      const house = await openHouse(undefined, undefined);
      try {
        const checked = await house.call<{ valid: boolean; problems: readonly Problem[] }>('workflows.validate', {
          workflow,
        });
        output.result(checked, () => (checked.valid ? `${file} is valid.` : problemTable(file, checked.problems)));
        process.exitCode = checked.valid ? exitCode.ok : exitCode.usage;
      } finally {
        await house.close();
      }
    });
  withExamples(validate, 'conv3n validate flow.json', 'conv3n validate - < flow.json');
}

async function openHouse(dataDir: string | undefined, filesDir: string | undefined): Promise<LocalHouse> {
  const { runInMemory, runOnDataDir } = await import('@conv3n/server/local');
  const flags = { 'files-dir': filesDir, 'data-dir': dataDir };
  if (dataDir === undefined) return runInMemory({ flags });
  try {
    return await runOnDataDir({ flags });
  } catch (error) {
    if (!isConv3nError(error, 'database_locked')) throw error;
    throw cliErrors.error(
      'data_dir_in_use',
      `Another process, such as a server, works on ${dataDir}. Stop it, or use it: conv3n workflow push FILE, conv3n workflow execute ID.`,
      { cause: error },
    );
  }
}

function interruption(durable: boolean, id: string): string {
  return durable
    ? `Interrupted. Execution ${id} goes on at the next start on this data directory.`
    : 'Interrupted; the execution was cancelled.';
}

function problemTable(file: string, problems: readonly Problem[]): string {
  const rows = problems.map(({ path, message }) => [path || '(file)', message]);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${file} has ${count}:\n\n${table(['WHERE', 'WHAT'], rows, '')}`;
}
