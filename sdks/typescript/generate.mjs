// Writes src/client.gen.ts from the contract. Usage: node generate.mjs [contract.json] [--check]
// With --check nothing is written; the exit status is 1 when the file differs from what the contract gives.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientSource } from './generator/client-source.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false } },
});
const contractPath = positionals[0] ?? join(import.meta.dirname, '../../contract/operations.json');
const target = join(import.meta.dirname, 'src/client.gen.ts');
const source = clientSource(JSON.parse(await readFile(contractPath, 'utf8')));

if (values.check) {
  const present = await readFile(target, 'utf8').catch(() => '');
  if (present !== source) {
    console.error('src/client.gen.ts is stale. Run: node sdks/typescript/generate.mjs');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, source);
}
