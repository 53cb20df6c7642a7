// The way into the command. It loads only what it needs: `conv3n start` is the hot path of `npm start`.
import { runCommand } from './program.ts';

await runCommand(process.argv);
