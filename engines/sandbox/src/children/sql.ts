/** Child process: runs one SQL statement per call on a SQLite file, each on its own connection. */
import { openChannel } from './channel.ts';
import { runStatement, sqlFailureOf } from './sql-statement.ts';

const channel = openChannel({
  call(frame) {
    try {
      channel.answer(frame.id, {}, runStatement(frame));
    } catch (cause) {
      channel.answer(frame.id, { failure: sqlFailureOf(cause as Error) });
    }
  },
});
