import type { Client } from '@conv3n/sdk';
import type { Command } from 'commander';
import { createOutput, type Output } from './output.ts';

/** What every action gets: where to write, and a client made when first asked for. */
export interface CommandContext {
  readonly output: Output;
  readonly options: GlobalOptions;
  client(): Promise<Client>;
}

/** Flags that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly apiKey?: string;
  readonly dataDir?: string;
}

/** The context of one command run. */
export function contextOf(command: Command): CommandContext {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    options,
    output: createOutput(options.json === true),
    client: async () => (await import('./connection.ts')).connect(options),
  };
}

/** Adds examples to the help of a command; each is a complete command line. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  examples.set(command, lines);
  return command.addHelpText('after', () => `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`);
}

const examples = new WeakMap<Command, readonly string[]>();

/** The examples of a command, for tests. */
export function examplesOf(command: Command): readonly string[] {
  return examples.get(command) ?? [];
}
