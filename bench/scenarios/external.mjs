import * as sink from '../drivers/bare-http.mjs';
import { loadColumns, measureLoad } from '../measure-load.mjs';

export const id = 'external';
export const title = 'External steps in one execution';
export const question =
  'How long do outside POSTs take that follow one another in one execution, and does the time grow in line with their number?';
export const columns = loadColumns;

export async function run(context) {
  if (!(await offersExternal(context))) return;
  const target = await sink.start(await sink.prepare(context.folder));
  try {
    for (const count of [250, 500, 1000])
      await measureLoad(context, `${count} external steps`, 'external', {
        connections: 1,
        maxRequests: 3,
        warmUp: count === 250,
        options: { count, url: sink.sinkUrl(target) },
      });
  } finally {
    await sink.stop(target);
  }
}

async function offersExternal({ session }) {
  return (await session.request('external', { count: 1, url: 'http://127.0.0.1/' })) !== undefined;
}
