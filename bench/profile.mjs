// Lists the functions with most self time of the processor profiles in a folder: node bench/profile.mjs <folder> [count]
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder, count = '25'] = process.argv.slice(2);
if (!folder) {
  console.error('Name the folder given to --cpu-prof-dir.');
  process.exit(2);
}
const root = join(import.meta.dirname, '..');

for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const self = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    if (functionName === '(idle)') return;
    const path = url.startsWith('file://') ? relative(root, url.slice('file://'.length)) : url;
    const place = path ? `${functionName || '(anonymous)'} ${path}:${lineNumber + 1}` : functionName;
    self.set(place, (self.get(place) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  console.log(`${file}: ${(total / 1e6).toFixed(2)} s busy`);
  const top = [...self].sort((a, b) => b[1] - a[1]).slice(0, Number(count));
  for (const [place, microseconds] of top)
    console.log(`  ${((microseconds / total) * 100).toFixed(1).padStart(5)} %  ${place}`);
}
