import { loadAverage } from '../process-tree.mjs';
import { median } from '../summary.mjs';

const runs = 5;
const runMs = 300;
const warmUpMs = 200;

/**
 * Prints how often `body` runs per second: the median of five runs of 0.3 s with the least and the greatest. `body` does `batch`
 * operations per call and may answer a promise, which is awaited before the next call.
 */
export async function measure(label, body, { batch = 1 } = {}) {
  await repeat(body, warmUpMs);
  const rates = [];
  for (let run = 0; run < runs; run++) rates.push((await repeat(body, runMs)) * batch);
  const [middle, low, high] = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) =>
    Math.round(rate).toLocaleString('en'),
  );
  console.log(`${label}: ${middle}/s (${low}–${high}), load ${loadAverage()}`);
}

async function repeat(body, ms) {
  const startedAt = performance.now();
  const end = startedAt + ms;
  let calls = 0;
  let now = startedAt;
  while (now < end) {
    // The clock is read once per 16 calls so that it does not dominate short bodies.
    for (let index = 0; index < 16; index++) {
      const result = body();
      if (result instanceof Promise) await result;
    }
    calls += 16;
    now = performance.now();
  }
  return (calls / (now - startedAt)) * 1000;
}
