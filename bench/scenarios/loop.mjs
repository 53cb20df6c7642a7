import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'loop';
export const title = '1,000 turns (W3L)';
export const question =
  'How long do 1,000 turns of a loop take in one execution? With CONV3N and Restate each turn is on disk before the next; n8n keeps them in memory.';
export const columns = loadColumns;

export async function run(context) {
  await measureLoad(context, '1,000 turns, one at a time', 'loop', {
    connections: 1,
    maxRequests: Math.ceil(context.plan.listRuns / 2),
  });
}
