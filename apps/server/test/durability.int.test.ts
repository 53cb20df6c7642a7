import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { doubling, hookWith, transform, waiting, workflow } from './workflow-files.ts';

let server: TestServer;
afterEach(() => server.remove());

/** A value too large for an event, so that it becomes a blob. */
const big = workflow({ big: transform({ text: '{{ "x".repeat(200000) }}' }) });
const blobFolders = () => {
  const root = join(server.dataDir, 'blobs');
  return existsSync(root) ? readdirSync(root).flatMap((shard) => readdirSync(join(root, shard))) : [];
};

describe('a restart', () => {
  it('keeps workflows, executions with their large values, keys, sessions, secrets, triggers and waiting timers', async () => {
    server = await TestServer.start();
    const id = await server.createWorkflow(hookWith({ path: 'kept' }), true);
    await server.expect(200, 'PUT', `/triggers/${id}.hook`, { body: { enabled: false } });
    await server.expect(200, 'POST', '/secrets', { body: { name: 'kept', value: 'v' } });
    const { key } = await server.createKey(['admin']);
    const login = await server.expect(200, 'POST', '/auth/login-url');
    const exchanged = await server.call('POST', '/auth/exchange', {
      token: null,
      body: { token: login.data.url.split('#token=')[1] },
    });
    const cookie = (exchanged.headers.get('set-cookie') as string).split(';')[0] as string;
    const large = await server.expect(200, 'POST', '/run', { body: { workflow: big } });
    const pause = await server.createWorkflow(waiting('1500ms'), true);
    const open = await server.expect(202, 'POST', `/workflows/${pause}/execute?mode=async`, {
      headers: { 'idempotency-key': 'once' },
    });
    const before = await server.expect(200, 'GET', '/executions');

    const oldToken = server.token;
    await server.stop();
    expect(existsSync(join(server.dataDir, 'cli-token'))).toBe(false);
    await server.start();

    await server.refused(401, 'credential_invalid', 'GET', '/workflows', { token: oldToken });
    await server.expect(200, 'GET', '/workflows', { token: key });
    await server.expect(200, 'GET', '/auth/session', { token: null, headers: { cookie } });
    expect((await server.expect(200, 'GET', `/workflows/${id}`)).data).toMatchObject({ published_version: 1 });
    expect((await server.expect(200, 'GET', `/triggers/${id}.hook`)).data).toMatchObject({ enabled: false });
    expect((await server.expect(200, 'GET', '/secrets')).data.items).toMatchObject([{ name: 'kept' }]);
    const after = await server.expect(200, 'GET', '/executions');
    expect(after.data.items.map((item: { id: string }) => item.id)).toEqual(
      before.data.items.map((item: { id: string }) => item.id),
    );
    expect((await server.expect(200, 'GET', `/executions/${large.data.id}`)).data.output.text).toHaveLength(200_000);
    const repeated = await server.call('POST', `/workflows/${pause}/execute?mode=async`, {
      headers: { 'idempotency-key': 'once' },
    });
    expect(repeated.data.id).toBe(open.data.id);
    expect(await server.until(open.data.id, 'succeeded')).toMatchObject({ output: { done: true } });
    const again = await server.expect(200, 'GET', `/executions/${large.data.id}/steps/big`);
    expect(again.data.data.text).toHaveLength(200_000);
  });

  it('does not bring a revoked bootstrap key back', async () => {
    const key = `c3n_${'a'.repeat(16)}_${'b'.repeat(64)}`;
    server = await TestServer.start({ CONV3N_BOOTSTRAP_API_KEY: key });
    await server.expect(200, 'GET', '/workflows', { token: key });
    await server.stop();
    await server.start();
    await server.expect(200, 'GET', '/workflows', { token: key });
    await server.expect(204, 'DELETE', `/api-keys/${'a'.repeat(16)}`);
    await server.stop();
    await server.start();
    await server.refused(401, 'credential_invalid', 'GET', '/workflows', { token: key });
  });
});

describe('retention', () => {
  it('removes ended executions beyond the count, with events and blobs, and leaves open ones', async () => {
    server = await TestServer.start();
    const open = await server.expect(202, 'POST', '/run?mode=async', { body: { workflow: waiting() } });
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1)
      ids.push((await server.expect(200, 'POST', '/run', { body: { workflow: big } })).data.id);
    expect(blobFolders()).toHaveLength(4);
    await server.stop();
    await server.start({ CONV3N_RETENTION_COUNT: '2' });
    for (let tries = 0; blobFolders().length > 2 && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
    const left = (await server.expect(200, 'GET', '/executions')).data.items.map((item: { id: string }) => item.id);
    expect(left).toEqual([ids[3], ids[2], open.data.id]);
    for (const id of ids.slice(0, 2)) {
      await server.refused(404, 'execution_not_found', 'GET', `/executions/${id}`);
      await server.refused(404, 'execution_not_found', 'GET', `/executions/${id}/events`);
    }
    expect((await server.expect(200, 'GET', `/executions/${ids[3]}`)).data.output.text).toHaveLength(200_000);
    await server.stop();
    await server.start({ CONV3N_RETENTION_AGE: '1ms' });
    for (let tries = 0; blobFolders().length > 0 && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 25));
    expect((await server.expect(200, 'GET', '/executions')).data.items).toMatchObject([
      { id: open.data.id, status: 'waiting' },
    ]);
  });
});

describe('a backup', () => {
  it('is taken while work goes on, opens as a valid database, and holds no plain secret', async () => {
    server = await TestServer.start();
    await server.expect(200, 'POST', '/secrets', { body: { name: 'sealed', value: 'plain-secret-value' } });
    const id = await server.createWorkflow(doubling(), true);
    const work = Promise.all(
      Array.from({ length: 40 }, (_, n) => server.call('POST', `/workflows/${id}/execute`, { body: { input: { n } } })),
    );
    const file = join(server.folder, 'backup.db');
    const { data } = await server.expect(200, 'POST', '/backup', { body: { file } });
    await work;
    expect(data.file).toBe(file);
    expect(data.bytes).toBeGreaterThan(0);
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    const tables = database
      .prepare("select name from sqlite_master where type = 'table'")
      .all()
      .map((row) => row['name']);
    expect(tables).toContain('execution');
    database.close();
  });

  it('refuses a place it cannot write, and never touches the live database', async () => {
    server = await TestServer.start();
    for (const file of [
      join(server.folder, 'no', 'such', 'folder.db'),
      server.dataDir,
      join(server.dataDir, 'conv3n.db'),
    ])
      await server.refused(412, 'backup_failed', 'POST', '/backup', { body: { file } });
    await server.createWorkflow(doubling());
  });
});

describe('the database', () => {
  it('of a newer program is refused and left as it is', async () => {
    server = await TestServer.start();
    await server.stop();
    const path = join(server.dataDir, 'conv3n.db');
    const database = new DatabaseSync(path);
    const table = database
      .prepare("select name from sqlite_master where type = 'table' and name like '%migration%'")
      .get()?.['name'];
    const columns = database
      .prepare(`pragma table_info(${table})`)
      .all()
      .map((row) => String(row['name']));
    const version = columns.find((name) => name.includes('version') || name.includes('number')) as string;
    database.exec(`update ${table} set ${version} = 999`);
    database.close();
    await expect(server.start()).rejects.toMatchObject({ code: 'database_newer' });
    const after = new DatabaseSync(path);
    expect(after.prepare(`select max(${version}) as most from ${table}`).get()).toEqual({ most: 999 });
    after.close();
  });

  it('that is no database, or is in use by another server, is refused with a clear code', async () => {
    server = await TestServer.start();
    const other = server.start.bind(server);
    const running = server.running;
    await expect(other()).rejects.toMatchObject({ code: 'database_locked' });
    await server.expect(200, 'GET', '/workflows');
    expect(server.running).toBe(running);
    await server.stop();
    writeFileSync(
      join(server.dataDir, 'conv3n.db'),
      'this is no database, however long it may be, and it stays none'.repeat(200),
    );
    await expect(server.start()).rejects.toMatchObject({ code: 'database_corrupt' });
  });
});
