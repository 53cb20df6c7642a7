// `conv3n start` is the hot path of `npm start`, so only the argument parser and the one command that runs are loaded.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runCommand } = await import('./program.ts');
await runCommand(process.argv);
