import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testPlatform } from '@conv3n/platform/testing';
import type { SqlRequest } from '@conv3n/sandbox';
import type { BlockResult } from '@conv3n/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseConfig, databaseBlock } from './database-block.ts';
import { openFileJail } from './files/file-jail.ts';
import { blockCall, dataOf, runBlock } from './testing/block-call.ts';

let home: string;
let asked: SqlRequest[] = [];
beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'database-')));
});
afterAll(() => rmSync(home, { recursive: true }));

const failure = {
  code: 'sql_denied',
  message: 'attempt to write a readonly database.',
  retryable: false,
  kind: 'denied',
} as const;
const block = databaseBlock({
  sandbox: {
    async runSql(request) {
      asked.push(request);
      if (request.sql === 'fail') return { kind: 'failed', error: failure };
      if (request.sql === 'lost') return { kind: 'failed', error: { ...failure, details: { outcomeUnknown: true } } };
      if (request.sql === 'insert') return { kind: 'succeeded', data: { changes: 1, lastInsertRowid: 7 } };
      return { kind: 'succeeded', data: { rows: [{ a: 1 }], rowCount: 1 } };
    },
  },
  jail: () => openFileJail(join(home, 'files'), join(home, 'data')),
  clock: { now: () => 1000, monotonic: () => 0 },
});
const run = async (config: DatabaseConfig): Promise<BlockResult> => {
  asked = [];
  return await runBlock(block, config);
};

describe('std/database', () => {
  it('opens a file that need not exist for writing, and reads it read-only, with parameters beside the text', async () => {
    const write = await run({ connection: 'sqlite:a/shop.db', mode: 'write', query: 'insert', params: [1] });
    expect(dataOf(write)).toEqual({ rows: [], changes: 1, last_insert_rowid: 7 });
    expect(asked[0]).toMatchObject({
      file: join(home, 'files/a/shop.db'),
      readOnly: false,
      params: [1],
      maxRows: 1000,
    });
    writeFileSync(join(home, 'files/a/shop.db'), '');
    const read = await run({ connection: 'a/shop.db', query: 'select', params: { id: 1 }, maxRows: 5 });
    expect(dataOf(read)).toEqual({ rows: [{ a: 1 }], changes: 0 });
    expect(asked[0]).toMatchObject({ readOnly: true, sql: 'select', params: { id: 1 }, maxRows: 5 });
  });

  it('asks nothing of the sandbox when the file is missing, outside or the jail is broken', async () => {
    expect(await run({ connection: 'none.db', query: 'select' })).toMatchObject({
      error: { code: 'file_not_found' },
      beforeEffect: true,
    });
    for (const connection of [
      '../data/conv3n.db',
      '/etc/x.db',
      'sqlite:/etc/x.db',
      ':memory:\0',
      'file:x?mode=rwc/../../y',
    ]) {
      expect(await run({ connection, mode: 'write', query: 'x' })).toMatchObject({ error: { code: 'path_invalid' } });
      expect(asked).toEqual([]);
    }
  });

  it('says how to change a database that was opened for reading', async () => {
    writeFileSync(join(home, 'files/x.db'), '');
    expect(await run({ connection: 'x.db', query: 'fail' })).toMatchObject({
      error: { message: expect.stringMatching(/Set mode to "write"/) },
    });
    expect(await run({ connection: 'x.db', mode: 'write', query: 'fail' })).toEqual({
      kind: 'failed',
      error: failure,
      beforeEffect: true,
    });
  });

  it('does not claim that a statement whose process ended changed nothing', async () => {
    expect(await run({ connection: 'x.db', mode: 'write', query: 'lost' })).toMatchObject({ beforeEffect: false });
  });

  it('refuses parameters that SQLite cannot hold', async () => {
    for (const params of ['text', 5, [{ a: 1 }], { a: [1] }]) {
      const config = { connection: 'x.db', mode: 'write', query: 'x', params } as DatabaseConfig;
      expect(await run(config)).toMatchObject({ error: { code: 'block_config_invalid' }, beforeEffect: true });
      expect(asked).toEqual([]);
    }
  });

  it('gives the statement the time the step has left', async () => {
    const context = testPlatform().context({ deadline: 5000 });
    await block.run(blockCall({ connection: 'x.db', query: 'select' }), context);
    expect(asked.at(-1)?.timeoutMs).toBe(3900);
    await block.run(blockCall({ connection: 'x.db', query: 'select' }), testPlatform().context({ deadline: 1 }));
    expect(asked.at(-1)?.timeoutMs).toBe(1);
  });
});
