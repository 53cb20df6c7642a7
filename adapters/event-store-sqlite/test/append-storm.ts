import { writeSync } from 'node:fs';
import { openOrders } from './orders.ts';

/** A process that appends without end, with a projection running, and prints what was acknowledged until it is killed. */
const { store, runner } = openOrders(process.argv[2] as string);
void runner.run(new AbortController().signal);

async function writer(lane: number): Promise<never> {
  const stream = `order-${lane}`;
  for (let version = await store.streamVersion(stream); ; version += 3) {
    const events = [1, 2, 3].map((n) => ({
      type: `Step${n}`,
      data: { lane, at: version + n, filler: 'x'.repeat(100) },
    }));
    await store.append(stream, version, events);
    writeSync(1, `${stream} ${version + 3}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, lane) => writer(lane)));
