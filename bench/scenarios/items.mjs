import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'items';
export const title = '1,000 items (W3)';
export const question =
  'How long does one execution take that makes 1,000 items, maps each and joins them, one execution at a time?';
export const columns = loadColumns;

export async function run(context) {
  await measureLoad(context, '1,000 items, one at a time', 'items', {
    connections: 1,
    maxRequests: context.plan.listRuns,
  });
}
