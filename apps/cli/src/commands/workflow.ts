import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { contextOf } from '../command-context.ts';
import { showExecution } from '../execution-text.ts';
import { localTime, table } from '../output.ts';
import { readExecutionInput, readJson } from '../read-input.ts';

/** `conv3n workflow ...`: saved workflows on a server. */
export function addWorkflowCommands(program: Command): void {
  const workflow = program.command('workflow').description('saved workflows: list, get, push, pull, execute, publish');

  workflow
    .command('list')
    .description('workflows, most recently changed first')
    .option('--query <text>', 'part of the name or a tag')
    .option('--limit <n>', 'at most this many', Number, 50)
    .action(async (flags: { query?: string; limit: number }, command: Command) => {
      const { output, client } = contextOf(command);
      const page = await (await client()).workflows.list({
        limit: flags.limit,
        ...(flags.query && { query: flags.query }),
      });
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
          'No workflows yet. Push one: conv3n workflow push examples/order-intake/workflow.json',
        ),
      );
    });

  workflow
    .command('get <id>')
    .description('a workflow with its file')
    .option('--version <n>', 'this version instead of the latest', Number)
    .action(async (id: string, flags: { version?: number }, command: Command) => {
      const { output, client } = contextOf(command);
      const { workflows } = await client();
      const found = flags.version
        ? await workflows.version({ id, version: flags.version })
        : await workflows.get({ id });
      output.result(found, () => JSON.stringify(found.workflow, null, 2));
    });

  workflow
    .command('push <file>')
    .description('save a workflow file: a new workflow, or a new version of the one whose id it names')
    .option('--id <id>', 'the workflow to make a new version of')
    .option('--publish', 'publish the new version')
    .action(async (file: string, flags: { id?: string; publish?: boolean }, command: Command) => {
      const { output, client } = contextOf(command);
      const { workflows } = await client();
      const document = readJson(file) as Record<string, unknown>;
      const id = flags.id ?? (typeof document.id === 'string' ? document.id : undefined);
      const publish = flags.publish === true;
      const present = id === undefined ? undefined : await workflows.get({ id }).catch(ignoreNotFound);
      const saved = present
        ? await workflows.update({ id: present.id, workflow: document, if_match: String(present.version), publish })
        : await workflows.create({ workflow: id === undefined ? document : { ...document, id }, publish });
      output.result(
        saved,
        () => `Saved ${saved.workflow.name} as ${saved.id}, version ${saved.version}${publish ? ', published' : ''}.`,
      );
    });

  workflow
    .command('pull <id> [file]')
    .description('write a workflow file; standard output without a file')
    .action(async (id: string, file: string | undefined, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const found = await (await client()).workflows.get({ id });
      const text = `${JSON.stringify({ ...found.workflow, id: found.id }, null, 2)}\n`;
      if (file === undefined) {
        process.stdout.write(text);
        return;
      }
      writeFileSync(file, text);
      output.result(
        { id, file, version: found.version },
        () => `Wrote version ${found.version} of ${found.workflow.name} to ${file}.`,
      );
    });

  workflow
    .command('execute <id>')
    .description('run a saved workflow and wait for its end')
    .option('--input <file>', 'input as a JSON file; - reads standard input')
    .option('--input-json <json>', 'input as JSON')
    .option('--version <n>', 'this version instead of the published one', Number)
    .option('--async', 'do not wait')
    .option('--idempotency-key <key>', 'repeating the command with the same key starts nothing new')
    .action(
      async (
        id: string,
        flags: { input?: string; inputJson?: string; version?: number; async?: boolean; idempotencyKey?: string },
        command: Command,
      ) => {
        const { output, client } = contextOf(command);
        const execution = await (await client()).workflows.execute({
          id,
          input: readExecutionInput(flags),
          ...(flags.async && { mode: 'async' as const }),
          ...(flags.version && { version: flags.version }),
          ...(flags.idempotencyKey && { idempotency_key: flags.idempotencyKey }),
        });
        showExecution(output, execution, flags.async === true);
      },
    );

  workflow
    .command('publish <id>')
    .description('publish the latest version, or --version')
    .option('--version <n>', 'the version to publish', Number)
    .action(async (id: string, flags: { version?: number }, command: Command) => {
      const { output, client } = contextOf(command);
      const { workflows } = await client();
      const version = flags.version ?? (await workflows.get({ id })).version;
      const published = await workflows.publish({ id, version });
      output.result(published, () => `Version ${version} of ${published.workflow.name} is published.`);
    });

  workflow
    .command('unpublish <id>')
    .description('stop its triggers; open executions go on')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const found = await (await client()).workflows.unpublish({ id });
      output.result(found, () => `${found.workflow.name} is not published any more.`);
    });

  workflow
    .command('versions <id>')
    .description('the history of a workflow')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      const page = await (await client()).workflows.versions({ id, limit: 200 });
      output.result(page, () =>
        table(
          ['VERSION', 'NAME', 'PUBLISHED', 'SAVED', 'BY'],
          page.items.map((item) => [
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

  workflow
    .command('delete <id>')
    .description('delete a workflow that has no open executions')
    .action(async (id: string, _flags: object, command: Command) => {
      const { output, client } = contextOf(command);
      await (await client()).workflows.delete({ id });
      output.result({ id, deleted: true }, () => `Deleted ${id}.`);
    });
}

function ignoreNotFound(error: unknown): undefined {
  if ((error as { code?: string }).code === 'workflow_not_found') return undefined;
  throw error;
}
