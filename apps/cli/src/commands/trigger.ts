import type { Command } from 'commander';
import { contextOf } from '../command-context.ts';
import { localTime, table } from '../output.ts';
import { parseJson } from '../read-input.ts';

/** `conv3n trigger ...`: what starts executions. */
export function addTriggerCommands(program: Command): void {
  const trigger = program.command('trigger').description('triggers: list, pause, resume, add, delete');

  trigger
    .command('list')
    .description('triggers with their URL or next time')
    .option('--workflow <id>', 'of this workflow')
    .action(async (flags: { workflow?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const page = await (await client()).triggers.list({
        limit: 200,
        ...(flags.workflow && { workflow_id: flags.workflow }),
      });
      output.result(page, () =>
        table(
          ['ID', 'TYPE', 'STATE', 'WHERE OR WHEN', 'LAST FIRED'],
          page.items.map((item) => [
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

  for (const [name, enabled, said] of [
    ['pause', false, 'paused'],
    ['resume', true, 'active'],
  ] as const) {
    trigger
      .command(`${name} <id>`)
      .description(`${name} a trigger`)
      .action(async (id: string, _flags: object, command: Command) => {
        const { output, client } = contextOf(command);
        const found = await (await client()).triggers.update({ id, enabled });
        output.result(found, () => `${id} is ${said}.`);
      });
  }

  trigger
    .command('add <workflow> <type>')
    .description('add a trigger without a node; types: std/webhook, std/cron, std/interval')
    .requiredOption('--config <json>', 'its config, such as {"schedule":"0 9 * * *"}')
    .action(
      async (
        workflow: string,
        type: 'std/webhook' | 'std/cron' | 'std/interval',
        flags: { config: string },
        command: Command,
      ) => {
        const { output, client } = contextOf(command);
        const config = parseJson(flags.config, '--config') as Record<string, unknown>;
        const made = await (await client()).triggers.create({ workflow_id: workflow, type, config });
        output.result(made, () => `Added ${made.id}${made.url ? `: ${made.url}` : ''}.`);
      },
    );

  trigger
    .command('delete <id>')
    .description('delete a trigger that no node derives')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).triggers.delete({ id });
      output.result({ id, deleted: true }, () => `Deleted ${id}.`);
    });
}
