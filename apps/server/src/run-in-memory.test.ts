import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isConv3nError } from '@conv3n/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCatalogue } from './error-catalogue.ts';
import { exampleWorkflows } from './example-workflows.ts';
import { type LocalHouse, runInMemory } from './run-in-memory.ts';

let house: LocalHouse;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conv3n-memory-'));
  house = await runInMemory({ env: {}, cwd: folder });
});
afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (set: object) => ({
  schema: 'conv3n.workflow/v1',
  name: 'Memory',
  nodes: { a: { type: 'std/transform', config: { set } } },
  edges: [],
});

describe('a house in memory', () => {
  it('runs a workflow and yields its events, the whole view first and last', async () => {
    const seen = [];
    for await (const event of house.run(
      file({ sum: '{{ $trigger.a + 1 }}' }) as never,
      { a: 1 },
      new AbortController().signal,
    ))
      seen.push(event);
    expect(seen.map((event) => event.event)).toEqual([
      'execution',
      'execution_started',
      'step_succeeded',
      'execution_succeeded',
      'end',
    ]);
    expect(seen.at(-1)?.data).toMatchObject({ status: 'succeeded', output: { sum: 2 }, trigger: { kind: 'cli' } });
  });

  it('has no data to back up', async () => {
    const code = await house
      .call('system.backup', { file: join(folder, 'x.db') })
      .catch((error: unknown) => isConv3nError(error) && error.code);
    expect(code).toBe('backup_failed');
  });

  it('accepts every example it ships', async () => {
    const examples = (await exampleWorkflows(join(import.meta.dirname, '../../../examples'))) as readonly {
      file: string;
      workflow: object;
    }[];
    expect(examples.length).toBeGreaterThan(5);
    for (const { file: name, workflow } of examples)
      expect(await house.call('workflows.validate', { workflow }), name).toEqual({ valid: true, problems: [] });
  });

  it('knows no examples where there is no folder', async () => {
    expect(await exampleWorkflows(join(folder, 'nothing'))).toEqual([]);
  });
});

it('gives every error code one meaning', () => {
  const codes = errorCatalogue().map((row) => row.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
});
