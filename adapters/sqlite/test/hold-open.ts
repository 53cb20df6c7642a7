import { openSqlite } from '../src/index.ts';

/** A process that holds the database until its input ends. */
const database = openSqlite({ path: process.argv[2] as string, migrations: [] });
console.log('open');
process.stdin.resume().on('end', () => database.close());
