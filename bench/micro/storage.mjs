// What a durable write of the key-value storage costs on SQLite: node --conditions=source bench/micro/storage.mjs
import { join } from 'node:path';
import { nodePlatform } from '@conv3n/platform-node';
import { openSqlite } from '@conv3n/sqlite';
import { sqliteStorage, storageMigrations } from '@conv3n/storage-sqlite';
import { measure } from './measure.mjs';
import { withScratchFolder } from './scratch-folder.mjs';

const value = { visits: 1, text: 'x'.repeat(150) };
const atOnce = 50;

await withScratchFolder(async (folder) => {
  const { clock } = nodePlatform();
  const database = openSqlite({ path: join(folder, 'storage.db'), migrations: [storageMigrations] });
  const storage = sqliteStorage({ database, clock });
  let key = 0;
  const put = () => storage.write([{ kind: 'put', namespace: 'bench', key: `key-${key++ % 10_000}`, value }]);
  await measure('put, one at a time', put);
  await measure(`put, ${atOnce} at once`, () => Promise.all(Array.from({ length: atOnce }, put)), { batch: atOnce });
  await measure('get', () => storage.get('bench', 'key-0'));
  await storage.close();
  await database.close();
});
