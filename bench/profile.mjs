// Lists where the processor profiles in a folder spent their time, by function and by package: node bench/profile.mjs <folder> [count]
// Time inside a synchronous system call counts as its caller's, a commit's flush for example.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const [folder, count = '25'] = process.argv.slice(2);
if (!folder) {
  console.error('Name the folder given to --cpu-prof-dir.');
  process.exit(2);
}
const root = process.env.BENCH_TREE ?? join(import.meta.dirname, '..');

for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const [functions, packages] = [new Map(), new Map()];
  let total = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame.functionName === '(idle)') return;
    const path = frame.url.startsWith('file://') ? relative(root, frame.url.slice('file://'.length)) : frame.url;
    add(
      functions,
      path ? `${frame.functionName || '(anonymous)'} ${path}:${frame.lineNumber + 1}` : frame.functionName,
      timeDeltas[index],
    );
    add(packages, packageOf(path, frame.functionName), timeDeltas[index]);
    total += timeDeltas[index];
  });
  console.log(`${file}: ${(total / 1e6).toFixed(2)} s busy`);
  print('functions', functions, total, Number(count));
  print('packages', packages, total, 20);
}

function add(map, key, time) {
  map.set(key, (map.get(key) ?? 0) + time);
}

function packageOf(path, functionName) {
  if (!path) return functionName.startsWith('(') ? functionName : 'native';
  if (path.startsWith('node:')) return path.split('/').slice(0, 2).join('/');
  const parts = path.split('/');
  const at = parts.lastIndexOf('node_modules');
  return at >= 0
    ? parts.slice(at, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join('/')
    : parts.slice(0, 2).join('/');
}

function print(title, map, total, most) {
  console.log(` ${title}`);
  const top = [...map].sort((a, b) => b[1] - a[1]).slice(0, most);
  for (const [key, time] of top) console.log(`  ${((time / total) * 100).toFixed(1).padStart(5)} %  ${key}`);
}
