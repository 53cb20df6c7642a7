import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the peers are installed; ignored by git. */
export const peersFolder = join(import.meta.dirname, '..', '.peers');

/** Version of an installed peer's main package, or undefined when `bench/peers/install.mjs` has not finished for it. */
export function installedVersion(peer, packageName) {
  if (!existsSync(join(peersFolder, peer, '.installed'))) return undefined;
  return JSON.parse(readFileSync(join(peersFolder, peer, 'node_modules', packageName, 'package.json'), 'utf8')).version;
}
