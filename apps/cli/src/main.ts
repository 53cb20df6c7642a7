// The way into the command. It loads only what it needs: `conv3n start` is the hot path of `npm start`.
import { runCommand } from './program.ts';

// A reader that left, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await runCommand(process.argv.slice(2));
