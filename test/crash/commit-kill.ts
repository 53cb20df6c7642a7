/**
 * A fault, loaded into a server by `--import`: the process kills itself at its n-th commit to SQLite, so a test can stop it at every event
 * boundary. `TEST_KILL_COMMIT` is n, `TEST_KILL_SIDE` is `before` or `after`; the time goes to the file `TEST_KILL_FILE`.
 */
import { writeFileSync } from 'node:fs';
import { type SQLInputValue, StatementSync } from 'node:sqlite';

const at = Number(process.env['TEST_KILL_COMMIT']);
const side = process.env['TEST_KILL_SIDE'];
const file = process.env['TEST_KILL_FILE'] as string;
type Run = (this: StatementSync, ...parameters: SQLInputValue[]) => ReturnType<StatementSync['run']>;
const run = StatementSync.prototype.run as Run;
let commits = 0;

function die(): void {
  writeFileSync(file, String(Date.now()));
  process.kill(process.pid, 'SIGKILL');
}

const counted: Run = function (...parameters) {
  if (this.sourceSQL.trim().toLowerCase() !== 'commit') return run.apply(this, parameters);
  commits += 1;
  if (commits === at && side === 'before') die();
  const result = run.apply(this, parameters);
  if (commits === at && side === 'after') die();
  return result;
};
StatementSync.prototype.run = counted as StatementSync['run'];
