import type { Command } from 'commander';
import { contextOf } from '../command-context.ts';
import { localTime, table } from '../output.ts';
import { readStdin } from '../read-input.ts';

/** `conv3n secret ...` and `conv3n api-key ...`. */
export function addSecretCommands(program: Command): void {
  const secret = program.command('secret').description('secrets: set, list, delete; values are never shown');

  secret
    .command('set <name>')
    .description(
      'create or replace a secret; the value is read from standard input, so it stays out of the shell history',
    )
    .action(async (name: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      if (process.stdin.isTTY) output.note(`Value of ${name}, then Ctrl+D:`);
      const set = await (await client()).secrets.set({ name, value: readStdin() });
      output.result(set, () => `Set ${name}. Use it as {{ $secrets.${name} }} in fields for secrets.`);
    });

  secret
    .command('list')
    .description('names of secrets')
    .action(async (_flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const page = await (await client()).secrets.list({ limit: 200 });
      output.result(page, () =>
        table(
          ['NAME', 'CHANGED'],
          page.items.map((item) => [item.name, localTime(item.updated_at)]),
          'No secrets. Set one: echo -n VALUE | conv3n secret set NAME',
        ),
      );
    });

  secret
    .command('delete <name>')
    .description('delete a secret')
    .action(async (name: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).secrets.delete({ name });
      output.result({ name, deleted: true }, () => `Deleted ${name}.`);
    });

  const key = program.command('api-key').description('API keys: create, list, revoke');

  key
    .command('create <name>')
    .description('create a key and show it once')
    .requiredOption('--scopes <list>', 'comma-separated, such as workflows:read,workflows:execute; admin for all')
    .option('--expires <time>', 'RFC 3339 time, such as 2027-01-01T00:00:00Z')
    .action(async (name: string, flags: { scopes: string; expires?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const made = await (await client()).apiKeys.create({
        name,
        scopes: flags.scopes.split(',').map((scope) => scope.trim()) as never,
        ...(flags.expires && { expires_at: flags.expires }),
      });
      output.note('This key is shown once:');
      output.result(made, () => made.key);
    });

  key
    .command('list')
    .description('keys with scopes and expiry')
    .action(async (_flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const page = await (await client()).apiKeys.list({ limit: 200 });
      output.result(page, () =>
        table(
          ['ID', 'NAME', 'SCOPES', 'EXPIRES', 'LAST USED'],
          page.items.map((item) => [
            item.id,
            item.name,
            item.scopes.join(' '),
            localTime(item.expires_at) || 'never',
            localTime(item.last_used_at) || 'never',
          ]),
          'No API keys. Create one: conv3n api-key create ci --scopes workflows:execute',
        ),
      );
    });

  key
    .command('revoke <id>')
    .description('end a key now')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).apiKeys.revoke({ id });
      output.result({ id, revoked: true }, () => `Revoked ${id}.`);
    });
}
