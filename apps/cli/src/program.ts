import { Conv3nError, isConv3nError } from '@conv3n/platform';
import { Command, CommanderError, Option } from 'commander';
import { addExecutionCommands } from './commands/execution.ts';
import { addOperatorCommands } from './commands/operator.ts';
import { addRunCommands } from './commands/run.ts';
import { addSecretCommands } from './commands/secret.ts';
import { addStartCommand } from './commands/start.ts';
import { addTriggerCommands } from './commands/trigger.ts';
import { addWorkflowCommands } from './commands/workflow.ts';
import { exitCode, exitCodeOf } from './exit-code.ts';
import { paint } from './output.ts';

/** The whole command, as help and completion see it. Actions load what they need when they run. */
export function createProgram(): Command {
  const program = new Command('conv3n')
    .description('Durable workflows on your own machine')
    .option('--json', 'print JSON for programs')
    .addOption(new Option('--url <url>', 'server to talk to').env('CONV3N_URL'))
    .addOption(new Option('--api-key <key>', 'API key for that server').env('CONV3N_API_KEY'))
    .option('--data-dir <dir>', 'data directory of the server on this machine')
    .version('0.1.0', '-v, --version')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .exitOverride();
  addStartCommand(program);
  addRunCommands(program);
  addWorkflowCommands(program);
  addExecutionCommands(program);
  addTriggerCommands(program);
  addSecretCommands(program);
  addOperatorCommands(program);
  return program;
}

/** Parses, runs, and sets the exit code. Errors become a sentence on stderr, or JSON with `--json`. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
      return;
    }
    report(error, program.opts<{ json?: boolean }>().json === true);
  }
}

interface ApiFailure {
  readonly code: string;
  readonly message: string;
  readonly kind?: string;
  readonly violations?: readonly { readonly path: string; readonly message: string }[];
}

function report(error: unknown, json: boolean): void {
  const failure = toFailure(error);
  process.exitCode = exitCodeOf(failure.kind);
  if (json) {
    process.stderr.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
    return;
  }
  const lines = [`${paint('red', 'error')} ${failure.message}`];
  for (const violation of failure.violations ?? []) {
    if (!failure.message.includes(violation.message))
      lines.push(`  ${violation.path || '(root)'}: ${violation.message}`);
  }
  lines.push(paint('dim', `  code: ${failure.code}`));
  process.stderr.write(`${lines.join('\n')}\n`);
}

function toFailure(error: unknown): ApiFailure {
  if (isConv3nError(error)) return { ...error.toDetail() };
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error as unknown as ApiFailure;
  }
  const wrapped = new Conv3nError(
    'internal_error',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  );
  return { ...wrapped.toDetail() };
}
