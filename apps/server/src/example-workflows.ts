import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonValue } from '@conv3n/platform';

/** The example workflows shipped with this server, those tagged `start here` first: file, name, description, the workflow and an input that fits. */
export async function exampleWorkflows(directory: string): Promise<readonly JsonValue[]> {
  if (!existsSync(directory)) return [];
  const folders = await readdir(directory, { withFileTypes: true });
  const found: JsonValue[] = [];
  const first: JsonValue[] = [];
  for (const folder of folders.filter((entry) => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(directory, folder.name, 'workflow.json');
    if (!existsSync(file)) continue;
    const workflow = JSON.parse(await readFile(file, 'utf8')) as {
      name: string;
      description?: string;
      tags?: readonly string[];
    };
    const input = JSON.parse(await readFile(join(directory, folder.name, 'input.json'), 'utf8')) as JsonValue;
    (workflow.tags?.includes('start here') ? first : found).push({
      file: `${folder.name}/workflow.json`,
      name: workflow.name,
      description: workflow.description ?? '',
      workflow: workflow as unknown as JsonValue,
      input,
    });
  }
  return [...first, ...found];
}
