import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { trimMemory } from './trim-memory.ts';

describe('trimMemory', () => {
  it('shrinks a heap full of garbage', () => {
    let garbage: number[][] | undefined = Array.from({ length: 200_000 }, (_, n) => [n, n + 1]);
    const full = process.memoryUsage().heapTotal;
    expect(garbage).toHaveLength(200_000);
    garbage = undefined;
    trimMemory();
    expect(process.memoryUsage().heapTotal).toBeLessThan(full);
  });

  it('leaves no collector within reach of later code', () => {
    trimMemory();
    expect(runInNewContext('typeof gc')).toBe('undefined');
    expect('gc' in globalThis).toBe(false);
  });
});
