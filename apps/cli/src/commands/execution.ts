import { type Command, Option } from 'commander';
import { contextOf } from '../command-context.ts';
import { executionText, showExecution } from '../execution-text.ts';
import { exitCodeOfStatus } from '../exit-code.ts';
import { duration, localTime, paint, paintStatus, table } from '../output.ts';
import { parseJson } from '../read-input.ts';

const statuses = ['queued', 'running', 'waiting', 'in_doubt', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const;

/** `conv3n execution ...`: see and control runs. */
export function addExecutionCommands(program: Command): void {
  const execution = program.command('execution').description('executions: list, show, follow, cancel, retry, decide');

  execution
    .command('list')
    .description('executions, newest first')
    .option('--workflow <id>', 'of this workflow')
    .addOption(new Option('--status <status>', 'in this status').choices(statuses))
    .option('--limit <n>', 'at most this many', Number, 50)
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .action(
      async (
        flags: { workflow?: string; status?: (typeof statuses)[number]; limit: number; cursor?: string },
        command: Command,
      ) => {
        const { output, client } = contextOf(command);
        const page = await (await client()).executions.list({
          limit: flags.limit,
          ...(flags.workflow && { workflow_id: flags.workflow }),
          ...(flags.status && { status: flags.status }),
          ...(flags.cursor && { cursor: flags.cursor }),
        });
        output.result(page, () =>
          table(
            ['ID', 'WORKFLOW', 'STATUS', 'TRIGGER', 'CREATED', 'TIME', 'ERROR'],
            page.items.map((item) => [
              item.id,
              item.workflow_name,
              paintStatus(item.status),
              item.trigger,
              localTime(item.created_at),
              duration(item.duration_ms),
              item.error_code ?? '',
            ]),
            'No executions yet. Run a workflow: conv3n workflow execute ID',
          ),
        );
        if (page.next_cursor) output.note(paint('dim', `More: --cursor ${page.next_cursor}`));
      },
    );

  execution
    .command('show <id>')
    .description('an execution with its steps; the exit code tells its status')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      showExecution(output, await (await client()).executions.get({ id }));
    });

  execution
    .command('follow <id>')
    .description('print events until the execution ends')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { executions } = await client();
      for await (const event of executions.follow({ id })) {
        if (event.event === 'execution' || event.event === 'end') continue;
        const { type, time, data } = event.data as {
          type: string;
          time: string;
          data: { node?: string; i?: number[] };
        };
        const where = data.node ? ` ${data.node}${data.i ? `[${data.i.join('.')}]` : ''}` : '';
        output.line(event.data, () => `${paint('dim', localTime(time))}  ${type.replaceAll('_', ' ')}${where}`);
      }
      const ended = await executions.get({ id });
      if (!output.json) output.line(ended, () => `\n${executionText(ended)}`);
      process.exitCode = exitCodeOfStatus(ended.status);
    });

  execution
    .command('cancel <id>')
    .description('ask an execution to stop')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const found = await (await client()).executions.cancel({ id });
      output.result(found, () => `Cancelling ${id}; it is ${found.status} now.`);
    });

  execution
    .command('retry <id>')
    .description('run an ended execution again, as a new one')
    .option('--from <node>', 'take over the outcomes before this node')
    .action(async (id: string, flags: { from?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const started = await (await client()).executions.retry({ id, ...(flags.from && { from_node: flags.from }) });
      output.result(started, () => `Started ${started.id}. Follow it: conv3n execution follow ${started.id}`);
    });

  execution
    .command('decide <id> <node> <decision>')
    .description('decide a step in doubt: retry, skip, fail or succeed')
    .option('--iteration <path>', 'the run inside loops, such as 3.0')
    .option('--data <json>', 'the outcome for succeed')
    .action(
      async (
        id: string,
        node: string,
        decision: 'retry' | 'skip' | 'fail' | 'succeed',
        flags: { iteration?: string; data?: string },
        command: Command,
      ) => {
        const { output, client } = contextOf(command);
        const found = await (await client()).executions.decide({
          id,
          node,
          decision,
          ...(flags.iteration && { iteration: flags.iteration }),
          ...(flags.data !== undefined && { data: parseJson(flags.data, '--data') }),
        });
        output.result(found, () => `Decided ${node}: ${decision}. The execution is ${found.status} now.`);
      },
    );
}
