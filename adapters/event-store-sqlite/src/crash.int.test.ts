import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOrders } from '../test/orders.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'conv3n-events-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Lets a process append until it has acknowledged `count` times, kills it, and returns the last acknowledged version by stream. */
async function appendUntilKilled(path: string, count: number): Promise<ReadonlyMap<string, number>> {
  const script = join(import.meta.dirname, '..', 'test', 'append-storm.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > count) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([stream, version]) => [stream as string, Number(version)]));
}

test('killed again and again, a store keeps every acknowledged append whole and its projection counts each event once', async () => {
  const path = join(directory, 'orders.db');
  for (const count of [20, 300, 1500]) {
    const acknowledged = await appendUntilKilled(path, count);
    const { database, store, runner } = openOrders(path);
    const stop = new AbortController();
    const running = runner.run(stop.signal);
    await expect.poll(() => runner.status().state, { interval: 5, timeout: 20_000 }).toBe('live');
    stop.abort();
    await running;

    const counted = new Map(
      database
        .read((reader) => reader.prepare('select stream, events from order_count').all())
        .map((row) => [row['stream'] as string, row['events'] as number]),
    );
    for (const [stream, version] of acknowledged) {
      const events = await store.readStream(stream, { limit: 10_000 });
      expect(events.length).toBeGreaterThanOrEqual(version);
      expect(events.length % 3).toBe(0);
      expect(events.map((event) => event.version)).toEqual(events.map((_, index) => index + 1));
      expect(events.map(({ data }) => data['at'])).toEqual(events.map((_, index) => index + 1));
      expect(counted.get(stream)).toBe(events.length);
    }
    await store.close();
    await database.close();
  }
});
