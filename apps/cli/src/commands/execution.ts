import type { Client } from '@conv3n/sdk';
import { Argument, type Command, Option } from 'commander';
import { wholeNumber } from '../argument.ts';
import { contextOf, withExamples } from '../command-context.ts';
import { cliErrors } from '../errors.ts';
import { eventText, executionText, showExecution } from '../execution-text.ts';
import { exitCodeOfStatus } from '../exit-code.ts';
import { duration, localTime } from '../human-format.ts';
import { parseJson } from '../read-input.ts';
import { paint, statusFormat } from '../style.ts';
import { table } from '../table.ts';
import { watchExecution } from '../watch-execution.ts';

const statuses = ['queued', 'running', 'waiting', 'in_doubt', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const;
const decisions = ['succeed', 'retry', 'skip', 'fail'] as const;

interface ListFlags {
  readonly workflow?: string;
  readonly status?: (typeof statuses)[number];
  readonly limit: number;
  readonly cursor?: string;
}

/** `conv3n execution ...`: see and control runs. */
export function addExecutionCommands(program: Command): void {
  const execution = program
    .command('execution')
    .description('executions: list, show, follow, cancel, retry, decide; the id `latest` is the newest');
  addReadCommands(execution);
  addControlCommands(execution);
}

function addReadCommands(execution: Command): void {
  const list = execution
    .command('list')
    .description('executions, newest first')
    .option('--workflow <id>', 'of this workflow')
    .addOption(new Option('--status <status>', 'in this status').choices(statuses))
    .option('--limit <n>', 'at most this many', wholeNumber, 50)
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .action(async ({ workflow, status, limit, cursor }: ListFlags, command: Command) => {
      const { output, client } = contextOf(command);
      const page = await (await client()).executions.list({
        limit,
        ...(workflow && { workflow_id: workflow }),
        ...(status && { status }),
        ...(cursor && { cursor }),
      });
      output.result(page, () =>
        table(
          ['ID', 'WORKFLOW', 'STATUS', 'TRIGGER', 'CREATED', 'TIME', 'ERROR'],
          page.items.map((item) => [
            item.id,
            item.workflow_name,
            { text: item.status, format: statusFormat(item.status) },
            item.trigger,
            localTime(item.created_at),
            duration(item.duration_ms),
            item.error_code ?? '',
          ]),
          workflow || status
            ? 'No execution matches.'
            : 'No executions yet. Run a workflow: conv3n workflow execute ID',
        ),
      );
      if (page.next_cursor) output.note(paint('dim', `More: --cursor ${page.next_cursor}`, process.stderr));
    });
  withExamples(
    list,
    'conv3n execution list',
    'conv3n execution list --status in_doubt',
    'conv3n execution list --json',
  );

  const show = execution
    .command('show <id>')
    .description('an execution with its steps; the exit code tells its status')
    .action(async (given: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { executions } = await client();
      showExecution(output, await executions.get({ id: await idOf(executions, given) }));
    });
  withExamples(show, 'conv3n execution show latest', 'conv3n execution show ID --json | jq .output');

  const follow = execution
    .command('follow <id>')
    .description('print events from the first on until the execution ends or is in doubt')
    .action(async (given: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { executions } = await client();
      const id = await idOf(executions, given);
      const ended = await watchExecution({
        stream: executions.follow({ id, last_event_id: '0' }),
        read: () => executions.get({ id }),
        seen: (event) =>
          output.line(event, () => {
            const time = paint('dim', localTime((event as { time?: string }).time));
            return `${time}  ${eventText(event, process.stdout)}`;
          }),
      });
      if (!output.json) output.line(ended, () => `\n${executionText(ended)}`);
      process.exitCode = exitCodeOfStatus(ended.status);
    });
  withExamples(follow, 'conv3n execution follow latest', 'conv3n execution follow ID --json');
}

/** The id itself, or that of the newest execution for `latest`. @throws Conv3nError `no_execution` */
async function idOf(executions: Client['executions'], given: string): Promise<string> {
  if (given !== 'latest') return given;
  const [newest] = (await executions.list({ limit: 1 })).items;
  if (newest) return newest.id;
  throw cliErrors.error('no_execution', 'There is no execution yet. Run a workflow: conv3n workflow execute ID');
}

function addControlCommands(execution: Command): void {
  const cancel = execution
    .command('cancel <id>')
    .description('ask an execution to stop')
    .action(async (given: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { executions } = await client();
      const id = await idOf(executions, given);
      const found = await executions.cancel({ id });
      output.result(found, () => `Asked ${id} to stop; it is ${found.status} now.`);
    });
  withExamples(cancel, 'conv3n execution cancel ID');

  const retry = execution
    .command('retry <id>')
    .description('run an ended execution again, as a new one')
    .option('--from <node>', 'take over the outcomes before this node')
    .action(async (given: string, flags: { from?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const { executions } = await client();
      const id = await idOf(executions, given);
      const started = await executions.retry({ id, ...(flags.from && { from_node: flags.from }) });
      output.result(started, () => `Started ${started.id}. Follow it: conv3n execution follow ${started.id}`);
    });
  withExamples(retry, 'conv3n execution retry ID', 'conv3n execution retry ID --from charge');

  const decide = execution
    .command('decide <id> <node>')
    .addArgument(new Argument('<decision>', 'what is true, or what to do').choices(decisions))
    .description('decide a step in doubt: it did succeed, retry it, skip it, or fail it')
    .option('--iteration <path>', 'the run inside loops, such as 3.0')
    .option('--data <json>', 'the outcome, for succeed')
    .action(
      async (
        given: string,
        node: string,
        decision: (typeof decisions)[number],
        { iteration, data }: { iteration?: string; data?: string },
        command: Command,
      ) => {
        if (data !== undefined && decision !== 'succeed') {
          throw cliErrors.error('usage', `--data is the outcome of a step that did succeed; ${decision} takes none.`);
        }
        const { output, client } = contextOf(command);
        const { executions } = await client();
        const found = await executions.decide({
          id: await idOf(executions, given),
          node,
          decision,
          ...(iteration !== undefined && { iteration }),
          ...(data !== undefined && { data: parseJson(data, '--data') }),
        });
        output.result(found, () => `Decided ${node}: ${decision}. The execution is ${found.status} now.`);
      },
    );
  withExamples(
    decide,
    `conv3n execution decide ID charge succeed --data '{"receipt":7}'`,
    'conv3n execution decide ID charge retry --iteration 3',
  );
}
