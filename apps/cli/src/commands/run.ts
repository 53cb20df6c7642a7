import type { Execution } from '@conv3n/sdk';
import type { Command } from 'commander';
import { contextOf } from '../command-context.ts';
import { executionText } from '../execution-text.ts';
import { exitCode, exitCodeOfStatus } from '../exit-code.ts';
import { duration, paint, paintStatus, table } from '../output.ts';
import { readExecutionInput, readJson } from '../read-input.ts';

interface Problem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** `conv3n run` and `conv3n validate`: workflow files in this process, without a server. */
export function addRunCommands(program: Command): void {
  program
    .command('run <file>')
    .description('run a workflow file in this process, in memory; the exit code tells how it ended')
    .option('--input <file>', 'input as a JSON file; - reads standard input')
    .option('--input-json <json>', 'input as JSON')
    .option('--files-dir <dir>', 'root of file and database blocks (./files)')
    .action(
      async (file: string, flags: { input?: string; inputJson?: string; filesDir?: string }, command: Command) => {
        const { output } = contextOf(command);
        const workflow = readJson(file);
        const input = readExecutionInput(flags);
        const { runInMemory } = await import('@conv3n/server');
        const house = await runInMemory({ flags: { 'files-dir': flags.filesDir } });
        const interrupt = new AbortController();
        const stop = () => interrupt.abort();
        process.once('SIGINT', stop);
        try {
          let ended: Execution | undefined;
          for await (const { event, data } of house.run(workflow, input, interrupt.signal)) {
            if (event === 'end') ended = data as unknown as Execution;
            else if (event !== 'execution') output.note(eventLine(data as unknown as StepEvent));
          }
          if (ended) output.result(ended, () => `\n${executionText(ended as Execution)}`);
          process.exitCode = ended ? exitCodeOfStatus(ended.status) : exitCode.executionOpen;
        } finally {
          process.off('SIGINT', stop);
          await house.close();
        }
      },
    );

  program
    .command('validate <file>')
    .description('check a workflow file; names every problem with its path')
    .action(async (file: string, _flags: object, command: Command) => {
      const { output } = contextOf(command);
      const workflow = readJson(file);
      const { runInMemory } = await import('@conv3n/server');
      const house = await runInMemory();
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
}

function problemTable(file: string, problems: readonly Problem[]): string {
  const rows = problems.map(({ path, message, suggestion }) => [
    path || '(file)',
    suggestion ? `${message} Did you mean "${suggestion}"?` : message,
  ]);
  return `${file} has ${problems.length} problem(s):\n\n${table(['WHERE', 'WHAT'], rows, '')}`;
}

interface StepEvent {
  readonly type: string;
  readonly data: {
    readonly node?: string;
    readonly i?: readonly number[];
    readonly ms?: number;
    readonly port?: string;
    readonly error?: { readonly message: string };
  };
}

function eventLine({ type, data }: StepEvent): string {
  const status = paintStatus(type.replace(/^(step|execution)_/, ''));
  const where = data.node === undefined ? '' : ` ${data.node}${data.i ? `[${data.i.join('.')}]` : ''}`;
  const port = data.port === undefined ? '' : paint('dim', ` → ${data.port}`);
  const time = data.ms === undefined ? '' : paint('dim', ` ${duration(data.ms)}`);
  const error = data.error === undefined ? '' : `  ${data.error.message}`;
  return `${type.startsWith('execution') ? 'execution' : '  step'}${where} ${status}${port}${time}${error}`;
}
