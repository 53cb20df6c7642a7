import { fileURLToPath } from 'node:url';

const fromSources = import.meta.url.endsWith('.ts');
const extension = fromSources ? 'ts' : 'js';

/** The file a child starts from. */
export function entryFile(name: string): string {
  return fileURLToPath(new URL(`./children/${name}.${extension}`, import.meta.url));
}

/** Flags of every child: no network, workers, processes or addons; resolution as this process does it. */
export const commonFlags: readonly string[] = [
  ...(fromSources ? ['--conditions=source', '--disable-warning=ExperimentalWarning'] : []),
  '--permission',
  '--no-addons',
  '--no-experimental-ffi',
  '--disable-proto=delete',
];
