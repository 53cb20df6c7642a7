import { testPlatform } from '@conv3n/platform/testing';
import { expect, it } from 'vitest';
import { memoryStorage } from './memory-storage.ts';
import { storageContract } from './testing/storage-contract.ts';

storageContract('memoryStorage', () => {
  const platform = testPlatform();
  const commit = async (apply: (transaction: unknown) => void): Promise<void> => {
    const undo: (() => void)[] = [];
    try {
      apply({ onUndo: (step: () => void) => undo.push(step) });
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  };
  return { storage: memoryStorage(platform), advance: (ms) => platform.shiftWallClock(ms), commit };
});

it('gives back the memory of expired keys that nobody asks for', async () => {
  const platform = testPlatform();
  const storage = memoryStorage(platform);
  for (let index = 0; index < 100; index += 1) {
    await storage.write([{ kind: 'put', namespace: 'ns', key: `k${index}`, value: 1, ttlMs: 10 }]);
  }
  platform.shiftWallClock(1000);
  for (let index = 0; index < 10; index += 1)
    await storage.write([{ kind: 'put', namespace: 'ns', key: 'x', value: 1 }]);
  platform.shiftWallClock(-1000);
  expect((await storage.list('ns')).entries.map(({ key }) => key)).toEqual(['x']);
});
