import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'webhook';
export const title = 'Webhook with four nodes';
export const question = 'How many requests does webhook, set, if, respond answer, and how fast?';
export const columns = loadColumns;

export async function run(context) {
  for (const connections of context.plan.pick([10, 50, 250], [50]))
    await measureLoad(context, `${connections} connections`, 'intake', { connections });
}
