import { writeFileSync } from 'node:fs';
import type { JsonObject } from '@conv3n/platform';
import type { Command } from 'commander';
import { wholeNumber } from '../argument.ts';
import { contextOf, withExamples } from '../command-context.ts';
import { cliErrors } from '../errors.ts';
import { localTime } from '../human-format.ts';
import { allPages } from '../pages.ts';
import { readWorkflow } from '../read-input.ts';
import { paint } from '../style.ts';
import { table } from '../table.ts';
import { addExecuteCommand } from './execute.ts';

/** `conv3n workflow ...`: saved workflows on a server. */
export function addWorkflowCommands(program: Command): void {
  const workflow = program.command('workflow').description('saved workflows: list, get, push, pull, execute, publish');
  addReadCommands(workflow);
  addFileCommands(workflow);
  addExecuteCommand(workflow);
  addLifeCommands(workflow);
}

function addReadCommands(workflow: Command): void {
  const list = workflow
    .command('list')
    .description('workflows, most recently changed first')
    .option('--query <text>', 'part of the name or a tag')
    .option('--limit <n>', 'at most this many', wholeNumber, 50)
    .option('--cursor <cursor>', 'next_cursor of the page before')
    .action(async (flags: { query?: string; limit: number; cursor?: string }, command: Command) => {
      const { output, client } = contextOf(command);
      const { query, limit, cursor } = flags;
      const page = await (await client()).workflows.list({ limit, ...(query && { query }), ...(cursor && { cursor }) });
      output.result(page, () =>
        table(
          ['ID', 'NAME', 'VERSION', 'PUBLISHED', 'TRIGGERS', 'CHANGED'],
          page.items.map((item) => [
            item.id,
            item.name,
            String(item.version),
            item.published_version === null ? 'no' : String(item.published_version),
            item.triggers.join(', ') || 'none',
            localTime(item.updated_at),
          ]),
          query
            ? `No workflow has "${query}" in its name or tags.`
            : 'No workflows yet. Push one: conv3n workflow push examples/order-intake/workflow.json',
        ),
      );
      if (page.next_cursor) output.note(paint('dim', `More: --cursor ${page.next_cursor}`, process.stderr));
    });
  withExamples(list, 'conv3n workflow list', 'conv3n workflow list --query order --json');

  const get = workflow
    .command('get <id>')
    .description('the file of a workflow; with --json also its version and times')
    .option('--version <n>', 'this version instead of the latest', wholeNumber)
    .action(async (id: string, { version }: { version?: number }, command: Command) => {
      const { output, client } = contextOf(command);
      const { workflows } = await client();
      const found = version === undefined ? await workflows.get({ id }) : await workflows.version({ id, version });
      output.result(found, () => JSON.stringify(found.workflow, null, 2));
    });
  withExamples(get, 'conv3n workflow get ID', 'conv3n workflow get ID --version 2');

  const versions = workflow
    .command('versions <id>')
    .description('the history of a workflow, newest first')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const { workflows } = await client();
      const found = await allPages((page) => workflows.versions({ id, ...page }));
      output.result(found, () =>
        table(
          ['VERSION', 'NAME', 'PUBLISHED', 'SAVED', 'BY'],
          found.items.map((item) => [
            String(item.version),
            item.name,
            item.published ? 'yes' : '',
            localTime(item.created_at),
            item.created_by,
          ]),
          'No versions.',
        ),
      );
    });
  withExamples(versions, 'conv3n workflow versions ID');
}

function addFileCommands(workflow: Command): void {
  const push = workflow
    .command('push <file>')
    .description('save a workflow file: a new workflow, or a new version of the one whose id it names')
    .option('--id <id>', 'the workflow to make a new version of')
    .option('--publish', 'publish the new version')
    .action(async (file: string, flags: { id?: string; publish?: boolean }, command: Command) => {
      const { output, client } = contextOf(command);
      const document = await readWorkflow(file);
      const { workflows } = await client();
      const id = flags.id ?? (typeof document.id === 'string' ? document.id : undefined);
      const publish = flags.publish === true;
      const present = id === undefined ? undefined : await workflows.get({ id }).catch(ignoreNotFound);
      const candidate: JsonObject = id === undefined ? document : { ...document, id };
      const saved = present
        ? await workflows.update({ id: present.id, workflow: candidate, if_match: String(present.version), publish })
        : await workflows.create({ workflow: candidate, publish });
      output.result(
        saved,
        () => `Saved ${saved.workflow.name} as ${saved.id}, version ${saved.version}${publish ? ', published' : ''}.`,
      );
      if (id === undefined) {
        output.note(`The next push of this file makes another workflow, unless: --id ${saved.id}`);
      }
    });
  withExamples(push, 'conv3n workflow push flow.json --publish', 'conv3n workflow push flow.json --id ID');

  const pull = workflow
    .command('pull <id> [file]')
    .description(
      'write a workflow file, with its id, so that a push makes a new version; standard output without a file',
    )
    .action(async (id: string, file: string | undefined, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const found = await (await client()).workflows.get({ id });
      const text = `${JSON.stringify({ ...found.workflow, id: found.id }, null, 2)}\n`;
      if (file === undefined) {
        process.stdout.write(text);
        return;
      }
      try {
        writeFileSync(file, text);
      } catch (error) {
        throw cliErrors.error('file_not_written', `${file} cannot be written: ${(error as Error).message}`, {
          cause: error,
        });
      }
      output.result(
        { id: found.id, file, version: found.version },
        () => `Wrote version ${found.version} of ${found.workflow.name} to ${file}.`,
      );
    });
  withExamples(pull, 'conv3n workflow pull ID flow.json', 'conv3n workflow pull ID | diff - flow.json');
}

function addLifeCommands(workflow: Command): void {
  const publish = workflow
    .command('publish <id>')
    .description('publish the latest version, or --version; its triggers become active')
    .option('--version <n>', 'the version to publish', wholeNumber)
    .action(async (id: string, flags: { version?: number }, command: Command) => {
      const { output, client } = contextOf(command);
      const { workflows } = await client();
      const version = flags.version ?? (await workflows.get({ id })).version;
      const published = await workflows.publish({ id, version });
      output.result(published, () => `Version ${version} of ${published.workflow.name} is published.`);
    });
  withExamples(publish, 'conv3n workflow publish ID', 'conv3n workflow publish ID --version 2');

  const unpublish = workflow
    .command('unpublish <id>')
    .description('stop its triggers; open executions go on')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const found = await (await client()).workflows.unpublish({ id });
      output.result(found, () => `${found.workflow.name} is not published any more.`);
    });
  withExamples(unpublish, 'conv3n workflow unpublish ID');

  const remove = workflow
    .command('delete <id>')
    .description('delete a workflow that has no open executions')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).workflows.delete({ id });
      output.result({ id, deleted: true }, () => `Deleted ${id}.`);
    });
  withExamples(remove, 'conv3n workflow delete ID');
}

function ignoreNotFound(error: unknown): undefined {
  if ((error as { code?: string }).code === 'workflow_not_found') return undefined;
  throw error;
}
