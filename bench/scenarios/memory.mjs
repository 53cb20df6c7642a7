import { setTimeout as sleep } from 'node:timers/promises';
import { memoryOf } from '../process-tree.mjs';

export const id = 'memory';
export const title = 'Idle memory';
export const question = 'How much memory do the server and its child processes hold 10 s after they are ready?';
export const columns = [
  { key: 'rss', title: 'RSS MiB', digits: 0 },
  { key: 'pss', title: 'PSS MiB', digits: 0 },
  { key: 'processes', title: 'processes', digits: 0 },
];

const settleMs = 10_000;

export async function run({ session, plan, record }) {
  const runs = [];
  for (let count = 0; count < plan.idleRuns; count++) {
    const { roots } = await session.restart();
    await sleep(settleMs);
    runs.push(memoryOf(roots));
  }
  record('idle', runs);
}
