// npm start: installs if needed, builds the studio if stale, starts the server. Arguments after `--` go to `conv3n start`.
import { spawn } from 'node:child_process';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildStudio, compileCache, install, isPinned, pinnedNode, root } from './setup.mjs';

install();
buildStudio();

const entry = join(root, 'apps/cli/src/main.ts');
const args = ['start', ...process.argv.slice(2)];
if (isPinned()) {
  // Before the first TypeScript file: what the cache holds needs no type stripping, neither time nor memory for it.
  nodeModule.enableCompileCache(compileCache);
  process.argv.splice(1, process.argv.length, entry, ...args);
  await import(entry);
} else {
  const child = spawn(pinnedNode, ['--conditions=source', entry, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));
}
