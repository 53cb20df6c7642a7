import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlockResult } from '@conv3n/workflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataOf, runBlock } from '../testing/block-call.ts';
import { type FileConfig, fileBlock } from './file-block.ts';
import { systemCode } from './file-error.ts';
import { jailedPath, openFileJail } from './file-jail.ts';
import { jailSegments } from './jail-path.ts';

let home: string;
let root: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'jail-')));
  root = join(home, 'files');
  mkdirSync(join(home, 'data'));
  mkdirSync(join(home, 'outside'));
  writeFileSync(join(home, 'outside', 'secret.txt'), 'secret');
});
afterEach(() => rmSync(home, { recursive: true }));

const open = () => openFileJail(root, join(home, 'data'));
const run = async (config: FileConfig): Promise<BlockResult> => await runBlock(fileBlock(open), config);
const data = async (config: FileConfig): Promise<unknown> => dataOf(await run(config));
const refused = (code: string) => ({ kind: 'failed', error: { code } });

describe('std/file', () => {
  it('writes, reads, appends, lists, finds and deletes', async () => {
    expect(await data({ operation: 'write', path: 'a/b/c.txt', content: 'é' })).toEqual({
      path: 'a/b/c.txt',
      bytes: 2,
    });
    expect(await data({ operation: 'read', path: './a//b/c.txt' })).toMatchObject({ content: 'é', bytes: 2 });
    expect(await data({ operation: 'append', path: 'a/b/c.txt', content: '!' })).toMatchObject({ bytes: 3 });
    expect(await data({ operation: 'append', path: 'log/new.txt', content: 'x' })).toMatchObject({ bytes: 1 });
    expect(await data({ operation: 'exists', path: 'a/b/c.txt' })).toMatchObject({
      exists: true,
      type: 'file',
      bytes: 3,
    });
    expect(await data({ operation: 'exists', path: 'a/none/c.txt' })).toEqual({ path: 'a/none/c.txt', exists: false });
    expect(await data({ operation: 'delete', path: 'a/b/c.txt' })).toMatchObject({ deleted: true });
    expect(await data({ operation: 'delete', path: 'a/b/c.txt' })).toMatchObject({ deleted: false });
    expect(await run({ operation: 'read', path: 'a/b/c.txt' })).toMatchObject(refused('file_not_found'));
  });

  it('replaces a file as a whole and leaves no temporary file', async () => {
    await data({ operation: 'write', path: 'x.json', encoding: 'json', content: { a: [1] } });
    await data({ operation: 'write', path: 'x.json', encoding: 'json', content: 2 });
    expect(readdirSync(root)).toEqual(['x.json']);
    expect(await data({ operation: 'read', path: 'x.json', encoding: 'json' })).toMatchObject({ content: 2 });
  });

  it('carries bytes as base64', async () => {
    const content = Buffer.from([0, 255, 128]).toString('base64');
    await data({ operation: 'write', path: 'x.bin', encoding: 'base64', content });
    expect(readFileSync(join(root, 'x.bin'))).toEqual(Buffer.from([0, 255, 128]));
    expect(await data({ operation: 'read', path: 'x.bin', encoding: 'base64' })).toMatchObject({ content });
    expect(await run({ operation: 'read', path: 'x.bin' })).toMatchObject(refused('file_content'));
  });

  it('refuses content that does not fit its encoding', async () => {
    for (const [encoding, content] of [
      ['utf8', { a: 1 }],
      ['utf8', [1]],
      ['utf8', undefined],
      ['base64', 'a b='],
      ['base64', 'abc'],
    ] as const) {
      const config = {
        operation: 'write',
        path: 'x',
        encoding,
        ...(content !== undefined && { content }),
      } as FileConfig;
      expect(await run(config)).toMatchObject(refused('file_content'));
    }
    await data({ operation: 'write', path: 'x', content: '{' });
    expect(await run({ operation: 'read', path: 'x', encoding: 'json' })).toMatchObject(refused('file_content'));
  });

  it('keeps to the size limits when reading, writing and appending', async () => {
    await data({ operation: 'write', path: 'x', content: '12345' });
    expect(await run({ operation: 'read', path: 'x', maxBytes: 4 })).toMatchObject(refused('file_too_large'));
    expect(await data({ operation: 'read', path: 'x', maxBytes: 5 })).toMatchObject({ content: '12345' });
    expect(await run({ operation: 'write', path: 'x', content: '123456', maxBytes: 5 })).toMatchObject(
      refused('file_too_large'),
    );
    expect(await run({ operation: 'append', path: 'x', content: '6', maxBytes: 5 })).toMatchObject(
      refused('file_too_large'),
    );
    expect(readFileSync(join(root, 'x'), 'utf8')).toBe('12345');
  });

  it('lists a directory in order, with what is below when asked, up to the limit', async () => {
    for (const path of ['b.txt', 'a/1.txt', 'a/2.txt']) await data({ operation: 'write', path, content: '' });
    const paths = async (config: Partial<FileConfig>): Promise<unknown> => {
      const found = (await data({ operation: 'list', path: '.', ...config })) as {
        entries: { path: string }[];
        truncated: boolean;
      };
      return [found.entries.map((entry) => entry.path), found.truncated];
    };
    expect(await paths({})).toEqual([['a', 'b.txt'], false]);
    expect(await paths({ recursive: true })).toEqual([['a', 'a/1.txt', 'a/2.txt', 'b.txt'], false]);
    expect(await paths({ path: 'a/' })).toEqual([['a/1.txt', 'a/2.txt'], false]);
    expect(await paths({ recursive: true, limit: 2 })).toEqual([expect.objectContaining({ length: 2 }), true]);
    expect(await run({ operation: 'list', path: 'none' })).toMatchObject(refused('file_not_found'));
  });

  it('lists a directory whose name no path can spell, and does not enter it', async () => {
    await open();
    mkdirSync(join(root, 'a\\b', 'inner'), { recursive: true });
    expect(await data({ operation: 'list', path: '.', recursive: true })).toMatchObject({
      entries: [{ path: 'a\\b', type: 'directory' }],
      truncated: true,
    });
  });

  it('refuses directories, pipes and the files directory itself where a file is meant', async () => {
    await data({ operation: 'write', path: 'd/x', content: '' });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    for (const operation of ['read', 'write', 'append', 'delete'] as const) {
      expect(await run({ operation, path: 'd', content: '' })).toMatchObject(refused('file_kind'));
      expect(await run({ operation, path: '.', content: '' })).toMatchObject(refused('path_invalid'));
    }
    for (const operation of ['read', 'write'] as const) {
      expect(await run({ operation, path: 'pipe', content: '' })).toMatchObject(refused('file_kind'));
    }
    expect(await run({ operation: 'append', path: 'pipe', content: '' })).toMatchObject({ kind: 'failed' });
  });
});

describe('the file jail', () => {
  const escapes = [
    '../outside/secret.txt',
    'a/../../outside/secret.txt',
    '..',
    '/etc/passwd',
    '//etc/passwd',
    'C:\\x',
    'C:/x',
    '..\\outside\\secret.txt',
    'a\0.txt',
    `${'a'.repeat(256)}`,
    `${'a/'.repeat(2100)}b`,
  ];
  it.each(escapes)('refuses the path %j for every operation', async (path) => {
    for (const operation of ['read', 'write', 'append', 'delete', 'list', 'exists'] as const) {
      expect(await run({ operation, path, content: 'x' })).toMatchObject(refused('path_invalid'));
    }
  });

  it('refuses links to files, to directories, in the middle, dangling and circular, wherever they lead', async () => {
    await open();
    symlinkSync(join(home, 'outside', 'secret.txt'), join(root, 'file'));
    symlinkSync(join(home, 'outside'), join(root, 'dir'));
    symlinkSync('.', join(root, 'self'));
    symlinkSync(join(home, 'outside', 'new.txt'), join(root, 'dangling'));
    symlinkSync('loop', join(root, 'loop'));
    for (const path of ['file', 'dir/secret.txt', 'self/file', 'dangling', 'loop', 'loop/x']) {
      expect(await run({ operation: 'read', path })).toMatchObject(refused('path_denied'));
      expect(await run({ operation: 'append', path, content: 'x' })).toMatchObject(refused('path_denied'));
      expect(await run({ operation: 'write', path, content: 'x' })).toMatchObject({ kind: 'failed' });
    }
    for (const path of ['dir', 'self'])
      expect(await run({ operation: 'list', path })).toMatchObject(refused('path_denied'));
    expect(await run({ operation: 'delete', path: 'dir/secret.txt' })).toMatchObject(refused('path_denied'));
    expect(await data({ operation: 'list', path: '.', recursive: true })).toMatchObject({
      entries: expect.objectContaining({ length: 5 }),
    });
    expect(readFileSync(join(home, 'outside', 'secret.txt'), 'utf8')).toBe('secret');
    expect(readdirSync(join(home, 'outside'))).toEqual(['secret.txt']);
  });

  it('deletes a link and not what it leads to', async () => {
    await open();
    symlinkSync(join(home, 'outside', 'secret.txt'), join(root, 'file'));
    expect(await data({ operation: 'delete', path: 'file' })).toMatchObject({ deleted: true });
    expect(readFileSync(join(home, 'outside', 'secret.txt'), 'utf8')).toBe('secret');
  });

  it.runIf(process.platform === 'linux')(
    'holds the directory it checked when the name is swapped for a link',
    async () => {
      const jail = await open();
      mkdirSync(join(root, 'inner'));
      const held = await jail.openParent('inner/file.txt');
      rmSync(join(root, 'inner'), { recursive: true });
      symlinkSync(join(home, 'outside'), join(root, 'inner'));
      expect(() => writeFileSync(held.target, 'x')).toThrow(/ENOENT/);
      await held.close();
      expect(readdirSync(join(home, 'outside'))).toEqual(['secret.txt']);
    },
  );

  it('survives a directory swapped for a link again and again while it writes', async () => {
    const jail = await open();
    const name = join(root, 'inner');
    let stop = false;
    const turn = (make: () => void): void => {
      rmSync(name, { recursive: true, force: true });
      try {
        make();
      } catch (error) {
        // The block makes missing directories and was faster.
        expect(systemCode(error)).toBe('EEXIST');
      }
    };
    const swap = async (): Promise<void> => {
      while (!stop) {
        turn(() => symlinkSync(join(home, 'outside'), name));
        await new Promise(setImmediate);
        turn(() => mkdirSync(name));
        await new Promise(setImmediate);
      }
    };
    const swapping = swap();
    const block = fileBlock(async () => jail);
    for (let i = 0; i < 200; i += 1) await runBlock(block, { operation: 'write', path: 'inner/x.txt', content: 'x' });
    stop = true;
    await swapping;
    // The name is a directory or a link now; either way nothing went where the link led.
    expect(readdirSync(join(home, 'outside'))).toEqual(['secret.txt']);
  });

  it('resolves a path for another program only after the same checks', async () => {
    const jail = await open();
    symlinkSync(join(home, 'outside', 'secret.txt'), join(root, 'link.db'));
    expect(await jailedPath(jail, 'x/new.db', { create: true })).toBe(join(root, 'x', 'new.db'));
    await expect(jailedPath(jail, 'none.db', { create: false })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(jailedPath(jail, 'link.db', { create: true })).rejects.toMatchObject({ code: 'path_denied' });
    await expect(jailedPath(jail, 'x', { create: false })).rejects.toMatchObject({ code: 'file_kind' });
  });

  it('refuses a files directory at, inside or above the data directory, through links and before it exists', async () => {
    const dataDir = join(home, 'data');
    symlinkSync(dataDir, join(home, 'alias'));
    for (const filesDir of [
      dataDir,
      join(dataDir, 'files'),
      home,
      join(home, 'alias'),
      join(home, 'alias', 'new', 'deep'),
      '/',
    ]) {
      await expect(openFileJail(filesDir, dataDir)).rejects.toMatchObject({ code: 'files_dir_invalid' });
    }
    await expect(openFileJail(join(home, 'x'), join(home, 'x', 'later'))).rejects.toMatchObject({
      code: 'files_dir_invalid',
    });
    expect((await openFileJail(join(home, 'data-files'), dataDir)).root).toBe(join(home, 'data-files'));
  });

  it('reads harmless odd paths as what they mean', () => {
    expect(jailSegments('./a//b/./c ')).toEqual(['a', 'b', 'c ']);
    expect(jailSegments('...')).toEqual(['...']);
    expect(jailSegments('.')).toEqual([]);
  });
});
