import { loadColumns, measureLoad } from '../measure-load.mjs';
import { payloadSizes } from '../shapes.mjs';

export const id = 'payload';
export const title = 'Payloads';
export const question =
  'How does the size of what comes in, is copied by one step and goes out change the cost, with 10 in flight?';
export const columns = loadColumns;

export async function run(context) {
  for (const label of context.plan.pick(Object.keys(payloadSizes), ['1 KB', '1 MB']))
    await measureLoad(context, `${label}, 10 connections`, `payload ${label}`, { connections: 10 });
}
