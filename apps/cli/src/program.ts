import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { addApiKeyCommands } from './commands/api-key.ts';
import { addExecutionCommands } from './commands/execution.ts';
import { addOperatorCommands } from './commands/operator.ts';
import { addRunCommands } from './commands/run.ts';
import { addSecretCommands } from './commands/secret.ts';
import { addStartCommand } from './commands/start.ts';
import { addTriggerCommands } from './commands/trigger.ts';
import { addWorkflowCommands } from './commands/workflow.ts';
import { cliErrors } from './errors.ts';
import { exitCode, exitCodeMeanings } from './exit-code.ts';
import { reportFailure } from './failure.ts';
import { paint } from './style.ts';

/** The whole command, as help and completion see it. Actions load what they need when they run. */
export function createProgram(json = false): Command {
  const program = new Command('conv3n')
    .description('Durable workflows on your own machine. Start here: conv3n start')
    .option('--json', 'print JSON for programs; errors are JSON on stderr')
    .addOption(new Option('--url <url>', 'server to talk to').env('CONV3N_URL'))
    .addOption(new Option('--api-key <key>', 'API key for that server').env('CONV3N_API_KEY'))
    .option('--data-dir <dir>', 'data directory of the server on this machine (./data)')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (text, write) => {
        if (!json) write(`${paint('red', 'error', process.stderr)} ${text.replace(/^error: /, '')}`);
      },
      ...(json && { writeErr: () => undefined }),
    })
    .exitOverride()
    .hook('preAction', (_program, command) => refuseEmptyArguments(command))
    .addHelpText('after', `\n-v or --version alone prints the version.\n\nExit codes:\n${exitCodeLines()}\n`);
  addStartCommand(program);
  addRunCommands(program);
  addWorkflowCommands(program);
  addExecutionCommands(program);
  addTriggerCommands(program);
  addSecretCommands(program);
  addApiKeyCommands(program);
  addOperatorCommands(program);
  return program;
}

/** Parses, runs, and sets the exit code. Errors become a sentence on stderr, or JSON with `--json`. */
export async function runCommand(args: readonly string[]): Promise<void> {
  // Not an option of the program: those are taken anywhere, and `workflow get --version 2` means a workflow's.
  if (args[0] === '--version' || args[0] === '-v') {
    process.stdout.write(`${version()}\n`);
    return;
  }
  const json = args.includes('--json');
  try {
    await createProgram(json).parseAsync([...args], { from: 'user' });
  } catch (error) {
    reportFailure(error, json);
  }
}

/** An empty id is a variable that a script forgot to set. */
function refuseEmptyArguments(command: Command): void {
  const empty = command.args.indexOf('');
  if (empty === -1) return;
  const name = command.registeredArguments[empty]?.name() ?? 'argument';
  throw cliErrors.error('usage', `<${name}> of "${command.name()}" is empty. Is a variable not set?`);
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function exitCodeLines(): string {
  return Object.entries(exitCode)
    .map(([name, code]) => `  ${String(code).padEnd(4)} ${exitCodeMeanings[name as keyof typeof exitCode]}`)
    .join('\n');
}
