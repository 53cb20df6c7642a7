#!/usr/bin/env node
// node scripts/new-package.mjs <floor>/<name> "<description>" [dependency ...]: creates a package with the common skeleton.
// A dependency is a house package (`platform`) or an npm one with its pinned version (`fastify@5.12.8`).
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [place, description, ...dependencies] = process.argv.slice(2);
if (!place?.includes('/') || !description) {
  console.error('usage: node scripts/new-package.mjs <floor>/<name> "<description>" [dependency ...]');
  process.exit(2);
}
const root = join(import.meta.dirname, '..');
const folder = join(root, place);
if (existsSync(join(folder, 'package.json'))) {
  console.error(`${place} exists already`);
  process.exit(2);
}
const name = place.split('/')[1];
const manifest = {
  name: `@conv3n/${name}`,
  version: '0.1.0',
  description,
  license: 'MIT',
  type: 'module',
  exports: { '.': { source: './src/index.ts', default: './dist/index.js' } },
  files: ['dist', 'README.md'],
  ...(dependencies.length > 0 && {
    dependencies: Object.fromEntries(
      dependencies
        .map((d) => {
          const at = d.lastIndexOf('@');
          return at > 0 ? [d.slice(0, at), d.slice(at + 1)] : [`@conv3n/${d}`, '0.1.0'];
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  }),
};
mkdirSync(join(folder, 'src'), { recursive: true });
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(join(folder, 'README.md'), `# @conv3n/${name}\n\n${description}.\n`);
writeFileSync(join(folder, 'src/index.ts'), 'export {};\n');
console.log(`created ${place}`);
