import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'code';
export const title = 'Code step';
export const question =
  'What does a warm step of custom code (sum of 100 numbers) cost, compared with a built-in step in its place?';
export const columns = loadColumns;

export async function run(context) {
  for (const connections of [1, 50]) {
    await measureLoad(context, `built-in step, ${connections} connections`, 'sum-base', { connections });
    await measureLoad(context, `code step, ${connections} connections`, 'sum', { connections });
  }
}
