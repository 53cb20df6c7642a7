import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fingerprint } from '../support/fingerprint.ts';
import { runningServer } from '../support/running-server.ts';
import { mountSmallDisk, type Scratch, scratch } from '../support/scratch.ts';
import { single } from '../support/workflows.ts';
import { refusedStart } from './refused-start.ts';

/** Exit codes of the command: refused 3, unavailable 4, unexpected 1. */
const refused = 3;
const unavailable = 4;

/** A data directory with a workflow and an ended execution, of a server that stopped cleanly. */
async function lived(place: Scratch): Promise<{ readonly execution: string }> {
  const { server, api } = await runningServer(place);
  const workflow = await api.publish(single('std/transform', { set: { kept: true } }));
  const { data } = await api.execute(workflow, null);
  await server.terminate();
  return { execution: data.id };
}

async function expectKept(place: Scratch, execution: string): Promise<void> {
  const { server, api } = await runningServer(place);
  expect(await api.execution(execution)).toMatchObject({ status: 'succeeded', output: { kept: true } });
  expect(await server.terminate()).toEqual({ code: 0, signal: null });
}

describe('a server that cannot start says why, what to do, and leaves the data as they are', () => {
  test('when the data directory is read-only', async ({ skip }) => {
    const place = scratch();
    const disk = mountSmallDisk(place.root, '32m');
    if (!disk) return skip('this machine forbids mounting a read-only file system');
    const there = { ...place, dataDir: join(disk.point, 'data') };
    const { execution } = await lived(there);
    const before = fingerprint(there.dataDir);
    disk.makeReadOnly();
    const { exitCode, text } = await refusedStart(there);
    expect(exitCode).toBe(refused);
    expect(text).toContain(there.dataDir);
    expect(text).toContain('CONV3N_DATA_DIR');
    expect(fingerprint(there.dataDir)).toEqual(before);
    disk.makeWritable();
    await expectKept(there, execution);
  });

  test('when the data directory is a file', async () => {
    const place = scratch();
    writeFileSync(place.dataDir, 'mine');
    const { exitCode, text } = await refusedStart(place);
    expect(exitCode).toBe(refused);
    expect(text).toContain(place.dataDir);
    expect(readFileSync(place.dataDir, 'utf8')).toBe('mine');
  });

  test('when the disk is full at the first start', async ({ skip }) => {
    const place = scratch();
    const disk = mountSmallDisk(place.root, '128k');
    if (!disk) return skip('this machine forbids mounting a small file system');
    writeFileSync(join(disk.point, 'ballast'), Buffer.alloc(100 * 1024));
    const there = { ...place, dataDir: join(disk.point, 'data') };
    const { exitCode, text } = await refusedStart(there);
    expect(text).toContain(there.dataDir);
    expect(text).toMatch(/free .*space/i);
    expect([refused, unavailable]).toContain(exitCode);
  });

  test('when another server has the data directory, which goes on undisturbed', async () => {
    const place = scratch();
    const { api } = await runningServer(place);
    const token = readFileSync(join(place.dataDir, 'cli-token'), 'utf8');
    const { exitCode, text } = await refusedStart(place);
    expect(exitCode).toBe(unavailable);
    expect(text).toContain(place.dataDir);
    expect(text).toMatch(/another process.*(stop it|another)/is);
    expect(readFileSync(join(place.dataDir, 'cli-token'), 'utf8')).toBe(token);
    expect(await api.run(single('std/transform', { set: { on: true } }))).toMatchObject({ output: { on: true } });
  });

  test('when the port is taken', async () => {
    const place = scratch();
    const { execution } = await lived(place);
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    onTestFinished(() => {
      holder.close();
    });
    const { port } = holder.address() as { port: number };
    const { exitCode, text } = await refusedStart({ ...place, port });
    expect(exitCode).toBe(refused);
    expect(text).toContain(`Port ${port}`);
    expect(text).toContain('CONV3N_PORT');
    await expectKept(place, execution);
  });

  test.each([
    [
      'has a foreign header',
      (file: string) => writeFileSync(file, 'not a database at all, but long enough to be read as one'.repeat(200)),
    ],
    ['lost its first page', (file: string) => overwrite(file, 0, Buffer.alloc(4096))],
    ['was cut in half', (file: string) => truncateSync(file, Math.floor(readFileSync(file).length / 8192) * 4096)],
  ])('when the database %s', async (_name, damage) => {
    const place = scratch();
    await lived(place);
    damage(join(place.dataDir, 'conv3n.db'));
    const before = fingerprint(place.dataDir);
    const { exitCode, text } = await refusedStart(place);
    expect(exitCode).not.toBe(0);
    expect(text).toContain(join(place.dataDir, 'conv3n.db'));
    expect(text).toMatch(/restore a backup/i);
    expect(fingerprint(place.dataDir)).toEqual(before);
  });

  test('when the database was written by a newer version', async () => {
    const place = scratch();
    const { execution } = await lived(place);
    const copy = join(place.root, 'copy');
    cpSync(place.dataDir, copy, { recursive: true });
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(join(place.dataDir, 'conv3n.db'));
    const table = database
      .prepare("select name from sqlite_schema where type = 'table' and name like '%migration%'")
      .get();
    database.exec(`update ${table?.['name']} set version = version + 1000`);
    database.close();
    const { exitCode, text } = await refusedStart(place);
    expect(exitCode).toBe(refused);
    expect(text).toMatch(/newer/);
    await expectKept({ ...place, dataDir: copy }, execution);
  });

  test('when the key that seals secrets is damaged', async () => {
    const place = scratch();
    await lived(place);
    writeFileSync(join(place.dataDir, 'secrets.key'), 'short\n');
    const { exitCode, text } = await refusedStart(place);
    expect(exitCode).toBe(2);
    expect(text).toContain(join(place.dataDir, 'secrets.key'));
  });

  test('when the files directory holds the data directory', async () => {
    const place = scratch();
    mkdirSync(place.root, { recursive: true });
    const { exitCode, text } = await refusedStart({ ...place, filesDir: place.root });
    expect([2, refused]).toContain(exitCode);
    expect(text).toContain(place.root);
  });
});

function overwrite(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}
