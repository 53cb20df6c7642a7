import type { ApiKeysCreateInput } from '@conv3n/sdk';
import type { Command } from 'commander';
import { listOf, momentArgument } from '../argument.ts';
import { contextOf, withExamples } from '../command-context.ts';
import { localTime } from '../human-format.ts';
import { allPages } from '../pages.ts';
import { table } from '../table.ts';

type Scope = ApiKeysCreateInput['scopes'][number];

const scopes = [
  'workflows:read',
  'workflows:write',
  'workflows:execute',
  'executions:read',
  'executions:control',
  'triggers:write',
  'secrets:write',
  'keys:write',
  'plugins:write',
  'admin',
] as const satisfies readonly Scope[];

/** `conv3n api-key ...`: credentials for programs. */
export function addApiKeyCommands(program: Command): void {
  const key = program.command('api-key').description('API keys: create, list, revoke');

  const create = key
    .command('create <name>')
    .description('create a key and show it once')
    .requiredOption('--scopes <list>', `with commas: ${scopes.join(', ')}`, listOf(scopes))
    .option('--expires <time>', 'a time such as 2027-01-01T00:00:00Z, or a duration such as 90d', momentArgument)
    .action(async (name: string, flags: { scopes: readonly Scope[]; expires?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const made = await (await client()).apiKeys.create({
        name,
        scopes: flags.scopes,
        ...(flags.expires !== undefined && { expires_at: flags.expires }),
      });
      output.note('This key is shown once:');
      output.result(made, () => made.key);
    });
  withExamples(
    create,
    'conv3n api-key create ci --scopes workflows:write,workflows:execute,executions:read --expires 90d',
    'conv3n api-key create admin --scopes admin',
  );

  const list = key
    .command('list')
    .description('keys with scopes and expiry')
    .action(async (_flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { apiKeys } = await client();
      const found = await allPages((page) => apiKeys.list(page));
      output.result(found, () =>
        table(
          ['ID', 'NAME', 'SCOPES', 'EXPIRES', 'LAST USED'],
          found.items.map((item) => [
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
  withExamples(list, 'conv3n api-key list');

  const revoke = key
    .command('revoke <id>')
    .description('end a key now')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).apiKeys.revoke({ id });
      output.result({ id, revoked: true }, () => `Revoked ${id}.`);
    });
  withExamples(revoke, 'conv3n api-key revoke ID');
}
