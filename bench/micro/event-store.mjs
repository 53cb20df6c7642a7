// What an append costs on SQLite with synchronous=FULL: node --conditions=source bench/micro/event-store.mjs
import { join } from 'node:path';
import { eventStoreMigrations, sqliteEventStore } from '@conv3n/event-store-sqlite';
import { nodePlatform } from '@conv3n/platform-node';
import { openSqlite } from '@conv3n/sqlite';
import { measure } from './measure.mjs';
import { withScratchFolder } from './scratch-folder.mjs';

const event = { type: 'step_succeeded', data: { node: 'step1', data: { n: 1, text: 'x'.repeat(150) } } };
const atOnce = 50;

await withScratchFolder(async (folder) => {
  const { clock } = nodePlatform();
  const database = openSqlite({ path: join(folder, 'events.db'), migrations: [eventStoreMigrations] });
  const store = sqliteEventStore({ database, clock });
  let stream = 0;
  const append = () => store.append(`execution-${stream++}`, 'none', [event]);
  await measure('append of one event, one at a time', append);
  await measure(`append of one event, ${atOnce} at once`, () => Promise.all(Array.from({ length: atOnce }, append)), {
    batch: atOnce,
  });
  const hundred = Array.from({ length: 100 }, () => event);
  await measure('events appended by 100', () => store.append(`execution-${stream++}`, 'none', hundred), { batch: 100 });
  const last = `execution-${stream - 1}`;
  await measure('events read by 100', () => store.readStream(last), { batch: 100 });
  await store.close();
  await database.close();
});
