import type { Command } from 'commander';
import { contextOf, withExamples } from '../command-context.ts';
import { localTime } from '../human-format.ts';
import { allPages } from '../pages.ts';
import { readSecret } from '../read-secret.ts';
import { table } from '../table.ts';

/** `conv3n secret ...`: values go in and are never shown. */
export function addSecretCommands(program: Command): void {
  const secret = program.command('secret').description('secrets: set, list, delete; values are never shown');

  const set = secret
    .command('set <name>')
    .description(
      'create or replace a secret; its value comes from standard input, so it stays out of the shell history',
    )
    .action(async (name: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { secrets } = await client();
      const saved = await secrets.set({ name, value: await readSecret(`Value of ${name} (not shown): `) });
      output.result(saved, () => `Set ${name}. Use it as {{ $secrets.${name} }} in fields for secrets.`);
    });
  withExamples(set, 'conv3n secret set API_TOKEN', 'conv3n secret set API_TOKEN < token.txt');

  const list = secret
    .command('list')
    .description('names of secrets')
    .action(async (_flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { secrets } = await client();
      const found = await allPages((page) => secrets.list(page));
      output.result(found, () =>
        table(
          ['NAME', 'CHANGED'],
          found.items.map((item) => [item.name, localTime(item.updated_at)]),
          'No secrets. Set one: conv3n secret set NAME',
        ),
      );
    });
  withExamples(list, 'conv3n secret list');

  const remove = secret
    .command('delete <name>')
    .description('delete a secret')
    .action(async (name: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).secrets.delete({ name });
      output.result({ name, deleted: true }, () => `Deleted ${name}.`);
    });
  withExamples(remove, 'conv3n secret delete API_TOKEN');
}
