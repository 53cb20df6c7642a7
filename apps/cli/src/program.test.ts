import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { examplesOf } from './command-context.ts';
import { createProgram } from './program.ts';

function leaves(command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

const program = createProgram();
const commands = leaves(program);

it('has every command of the product', () => {
  expect(commands.map(([path]) => path)).toEqual([
    'start',
    'run',
    'validate',
    ...['list', 'get', 'versions', 'push', 'pull', 'execute', 'publish', 'unpublish', 'delete'].map(
      (n) => `workflow ${n}`,
    ),
    ...['list', 'show', 'follow', 'cancel', 'retry', 'decide'].map((n) => `execution ${n}`),
    ...['list', 'pause', 'resume', 'add', 'delete'].map((n) => `trigger ${n}`),
    ...['set', 'list', 'delete'].map((n) => `secret ${n}`),
    ...['create', 'list', 'revoke'].map((n) => `api-key ${n}`),
    'login-url',
    'backup',
    'completion',
  ]);
});

describe.each(commands)('conv3n %s', (path, command) => {
  it('is described in one phrase and shows examples that it accepts', () => {
    expect(command.description()).toMatch(/^[a-z][^.]+$/);
    expect(examplesOf(command).length).toBeGreaterThan(0);
    for (const example of examplesOf(command)) {
      const words = wordsOf(example);
      const start = words.indexOf('conv3n') + 1;
      expect(words.slice(start, start + path.split(' ').length).join(' '), example).toBe(path);
      expect(() => parse(words.slice(start)), example).not.toThrow();
    }
  });
});

/** The words of the first command of a line, as a shell would split them. */
function wordsOf(line: string): readonly string[] {
  const [first = ''] = line.split(/ [|<>] /);
  return [...first.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** Parses without running: every action is replaced by nothing. */
function parse(args: readonly string[]): void {
  const fresh = createProgram(true);
  for (const [, command] of leaves(fresh)) command.action(() => undefined);
  fresh.parse([...args], { from: 'user' });
}
