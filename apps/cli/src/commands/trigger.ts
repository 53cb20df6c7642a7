import { Argument, type Command } from 'commander';
import { contextOf, withExamples } from '../command-context.ts';
import { localTime } from '../human-format.ts';
import { allPages } from '../pages.ts';
import { parseJson } from '../read-input.ts';
import { table } from '../table.ts';

const types = ['std/webhook', 'std/cron', 'std/interval'] as const;

/** `conv3n trigger ...`: what starts executions. */
export function addTriggerCommands(program: Command): void {
  const trigger = program.command('trigger').description('triggers: list, pause, resume, add, delete');

  const list = trigger
    .command('list')
    .description('triggers with their URL or next time')
    .option('--workflow <id>', 'of this workflow')
    .action(async ({ workflow }: { workflow?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const { triggers } = await client();
      const found = await allPages((page) => triggers.list({ ...page, ...(workflow && { workflow_id: workflow }) }));
      output.result(found, () =>
        table(
          ['ID', 'TYPE', 'STATE', 'WHERE OR WHEN', 'LAST FIRED'],
          found.items.map((item) => [
            item.id,
            item.type,
            item.enabled ? 'active' : 'paused',
            item.url
              ? `${String(item.config.method ?? 'POST')} ${item.url}`
              : `next ${localTime(item.next_at) || 'never'}`,
            localTime(item.last_fired_at),
          ]),
          'No triggers. Publish a workflow that has a trigger node: conv3n workflow publish ID',
        ),
      );
    });
  withExamples(list, 'conv3n trigger list', 'conv3n trigger list --workflow ID --json');

  for (const [name, enabled, said] of [
    ['pause', false, 'paused'],
    ['resume', true, 'active'],
  ] as const) {
    const change = trigger
      .command(`${name} <id>`)
      .description(
        enabled ? 'let a paused trigger start executions again' : 'let a trigger start nothing until resumed',
      )
      .action(async (id: string, _flags: object, command: Command) => {
        const { output, client } = contextOf(command);
        const found = await (await client()).triggers.update({ id, enabled });
        output.result(found, () => `${id} is ${said}.`);
      });
    withExamples(change, `conv3n trigger ${name} ID`);
  }

  const add = trigger
    .command('add <workflow>')
    .addArgument(new Argument('<type>', 'kind of trigger').choices(types))
    .description('add a trigger to a workflow that has no such node')
    .requiredOption('--config <json>', 'its config, as the block of that name takes it')
    .action(async (workflow: string, type: (typeof types)[number], flags: { config: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const config = parseJson(flags.config, '--config') as Record<string, unknown>;
      const made = await (await client()).triggers.create({ workflow_id: workflow, type, config });
      output.result(made, () => `Added ${made.id}${made.url ? `: ${made.url}` : ''}.`);
    });
  withExamples(
    add,
    `conv3n trigger add ID std/cron --config '{"schedule":"0 9 * * *"}'`,
    `conv3n trigger add ID std/webhook --config '{"path":"orders","method":"POST"}'`,
  );

  const remove = trigger
    .command('delete <id>')
    .description('delete a trigger that no node derives')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).triggers.delete({ id });
      output.result({ id, deleted: true }, () => `Deleted ${id}.`);
    });
  withExamples(remove, 'conv3n trigger delete ID');
}
