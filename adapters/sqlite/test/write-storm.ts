import { writeSync } from 'node:fs';
import { openSqlite } from '../src/index.ts';

/** A process that writes rows without end and prints the ids of acknowledged ones, until it is killed. */
const database = openSqlite({
  path: process.argv[2] as string,
  migrations: [
    {
      name: 'storm',
      migrations: ['create table droplet (id integer primary key, pair integer not null, filler text not null)'],
    },
  ],
});
const filler = 'x'.repeat(300);

async function writer(lane: number): Promise<never> {
  for (let n = lane; ; n += 20) {
    const ids = [n * 2 + 1, n * 2 + 2];
    await database.write((tx) => {
      for (const id of ids) tx.prepare('insert into droplet values (?, ?, ?)').run(id, n, filler);
    });
    writeSync(1, `${ids.join('\n')}\n`);
  }
}

await Promise.all(Array.from({ length: 20 }, (_, lane) => writer(lane)));
