import type { AtomicWrite } from '@conv3n/platform';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckpointStore, ParkedEvent } from '../checkpoint.ts';

export interface CheckpointStoreHarness {
  readonly checkpoints: CheckpointStore;
  /** Commits writes of the same database together. */
  commit(writes: readonly AtomicWrite[]): Promise<void>;
  dispose(): Promise<void>;
}

const parked = (projection: string, position: number): ParkedEvent => ({
  projection,
  position,
  stream: 'order-1',
  type: 'OrderPlaced',
  error: 'Error: no such customer',
  time: 1_900_000_000_000,
});

/** The contract of the port {@link CheckpointStore}. */
export function checkpointStoreContract(name: string, make: () => Promise<CheckpointStoreHarness>): void {
  describe(`${name} keeps the checkpoint store contract`, () => {
    let harness: CheckpointStoreHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.dispose());

    test('a projection begins at 0 and each keeps its own place', async () => {
      const { checkpoints, commit } = harness;
      expect(await checkpoints.load('a')).toBe(0);
      await commit([checkpoints.save('a', 7), checkpoints.save('b', 3)]);
      await commit([checkpoints.save('a', 8)]);
      expect([await checkpoints.load('a'), await checkpoints.load('b')]).toEqual([8, 3]);
    });

    test('a failing neighbour takes the checkpoint back', async () => {
      const { checkpoints, commit } = harness;
      await commit([checkpoints.save('a', 1)]);
      const failing: AtomicWrite = {
        backend: checkpoints.backend,
        apply: () => {
          throw new Error('no');
        },
      };
      await expect(commit([checkpoints.save('a', 2), checkpoints.park(parked('a', 2)), failing])).rejects.toThrow('no');
      expect(await checkpoints.load('a')).toBe(1);
      expect(await checkpoints.parked('a', 10)).toEqual([]);
    });

    test('parked events are listed in order, once each', async () => {
      const { checkpoints, commit } = harness;
      for (const position of [2, 5, 9, 9]) await commit([checkpoints.park(parked('a', position))]);
      await commit([checkpoints.park(parked('b', 4))]);
      expect(await checkpoints.parked('a', 2)).toEqual([parked('a', 2), parked('a', 5)]);
      expect(await checkpoints.parked('a', 10)).toHaveLength(3);
    });

    test('clearing forgets one projection only', async () => {
      const { checkpoints, commit } = harness;
      await commit(['a', 'b'].flatMap((name) => [checkpoints.save(name, 5), checkpoints.park(parked(name, 2))]));
      await commit([checkpoints.clear('a')]);
      expect([await checkpoints.load('a'), await checkpoints.load('b')]).toEqual([0, 5]);
      expect(await checkpoints.parked('a', 10)).toEqual([]);
      expect(await checkpoints.parked('b', 10)).toHaveLength(1);
    });
  });
}
