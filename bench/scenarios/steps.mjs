import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'steps';
export const title = 'Executions of 1, 3 and 10 steps';
export const question =
  'What does a step cost, one execution at a time and with 50 in flight? Durable steps are each on disk before the next begins; pure steps may share a commit, and the peers without durable steps stand beside those.';
export const columns = loadColumns;

export async function run(context) {
  for (const count of context.plan.pick([1, 3, 10], [3])) {
    for (const connections of [1, 50]) {
      for (const kind of ['pure', 'durable'])
        await measureLoad(context, `${count} ${kind}, ${connections} in flight`, `${kind}-${count}`, { connections });
    }
  }
}
