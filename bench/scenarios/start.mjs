import { cpuSecondsOf } from '../process-tree.mjs';

export const id = 'start';
export const title = 'Start';
export const question =
  'How long from the command, with workflows already deployed, until the server says it is ready, and until the first workflow answers?';
export const columns = [
  { key: 'ready', title: 'ready ms', digits: 0 },
  { key: 'firstAnswer', title: 'first answer ms', digits: 0 },
  { key: 'cpu', title: 'CPU ms', digits: 0 },
];

export async function run({ session, plan, record }) {
  // Not counted: what the very first start of an installation builds and caches.
  await session.restart({ recommended: true });
  const runs = [];
  for (let count = 0; count < plan.starts; count++) {
    const { readyMs, firstAnswerMs, roots } = await session.restart({ recommended: true });
    runs.push({ ready: readyMs, firstAnswer: firstAnswerMs, cpu: cpuSecondsOf(roots) * 1000 });
  }
  await session.stop();
  record('cold start', runs);
}
