import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { contextOf, withExamples } from '../command-context.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

/** Commands for whoever runs the server: `login-url`, `backup`, `completion`. */
export function addOperatorCommands(program: Command): void {
  const login = program
    .command('login-url')
    .description('print a URL that signs a browser in, once, within 10 minutes')
    .action(async (_flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const made = await (await client()).auth.loginUrl({});
      output.result(made, () => made.url);
    });
  withExamples(login, 'conv3n login-url');

  const backup = program
    .command('backup <file>')
    .description("write a consistent copy of the database while the server runs; the file is on the server's machine")
    .action(async (file: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      output.note('Copying the database …');
      const made = await (await client()).system.backup({ file: resolve(file) }, { timeoutMs: 3_600_000 });
      output.result(
        made,
        () => `Wrote ${made.bytes} bytes to ${made.file}. Keep secrets.key elsewhere; backups do not hold it.`,
      );
    });
  withExamples(backup, 'conv3n backup conv3n-backup.db');

  const completion = program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .description('print a completion script for a shell')
    .action(async (shell: (typeof shells)[number]) => {
      const { completionScript } = await import('../completion.ts');
      process.stdout.write(completionScript(program, shell));
    });
  withExamples(
    completion,
    'conv3n completion bash > ~/.local/share/bash-completion/completions/conv3n',
    'conv3n completion zsh > "$' + '{fpath[1]}/_conv3n"',
    'conv3n completion fish > ~/.config/fish/completions/conv3n.fish',
  );
}
