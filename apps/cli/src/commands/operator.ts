import { resolve } from 'node:path';
import type { Command } from 'commander';
import { contextOf } from '../command-context.ts';

/** Commands for whoever runs the server: `login-url`, `backup`, `completion`. */
export function addOperatorCommands(program: Command): void {
  program
    .command('login-url')
    .description('print a URL that signs a browser in, once, within 10 minutes')
    .action(async (_flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const made = await (await client()).auth.loginUrl({});
      output.result(made, () => made.url);
    });

  program
    .command('backup <file>')
    .description('write a consistent copy of the database while the server runs')
    .action(async (file: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      output.note('Copying the database …');
      const made = await (await client()).system.backup({ file: resolve(file) }, { timeoutMs: 3_600_000 });
      output.result(
        made,
        () => `Wrote ${made.bytes} bytes to ${made.file}. Keep secrets.key elsewhere; backups do not hold it.`,
      );
    });

  program
    .command('completion <shell>')
    .description('print a completion script for bash, zsh or fish')
    .action(async (shell: string) => {
      const { completionScript } = await import('../completion.ts');
      process.stdout.write(completionScript(program, shell));
    });
}
