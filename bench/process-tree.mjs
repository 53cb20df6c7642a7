// Memory and processor time of processes and everything they started, read from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs';

/** Jiffies per second; 100 on every Linux Node runs on. */
const ticksPerSecond = 100;

/** Reads a file of /proc; undefined when its process ended meanwhile. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
    throw error;
  }
}

/** The fields of /proc/<pid>/stat after the name, from the state on. */
function stat(pid) {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The given processes and all that descend from them, parents first. */
export function processTree(roots) {
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = stat(entry)?.[1];
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [];
  const open = [...roots];
  while (open.length > 0) {
    const pid = open.shift();
    if (found.includes(pid)) continue;
    found.push(pid);
    open.push(...(children.get(String(pid)) ?? []));
  }
  return found;
}

/** Resident memory of the trees under the roots in MiB: `rss` counts shared pages in each process, `pss` shares them out. */
export function memoryOf(roots) {
  const total = { processes: 0, rss: 0, pss: 0 };
  for (const pid of processTree(roots)) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    if (!rollup) continue;
    total.processes += 1;
    total.rss += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    total.pss += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
  }
  return total;
}

/** Processor seconds, user and system, that the trees under the roots have used so far; ended children count once reaped. */
export function cpuSecondsOf(roots) {
  let ticks = 0;
  for (const pid of processTree(roots)) {
    const fields = stat(pid);
    if (fields) ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
  }
  return ticks / ticksPerSecond;
}

/** Processor seconds the whole machine has been busy since it booted. */
export function machineCpuSeconds() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

/** Load average of the last minute. */
export function loadAverage() {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);
}
