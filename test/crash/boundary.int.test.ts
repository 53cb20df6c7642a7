import { describe, expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import { EveryKind, type KillPoint } from './every-kind-run.ts';

/** Kills at point 1, 2, 3 ... until the execution ends before its kill. Answers the number of points and every broken promise by point. */
async function killEverywhere(everyKind: EveryKind, pointAt: (number: number) => KillPoint) {
  const broken: Record<string, readonly string[]> = {};
  let doubts = 0;
  for (let number = 1; number < 200; number += 1) {
    const point = pointAt(number);
    const run = await everyKind.kill(point);
    if (!run.killed) return { points: number - 1, doubts, broken };
    doubts += run.doubts;
    if (run.violations.length > 0) broken[JSON.stringify(point)] = run.violations;
  }
  throw new Error('There is no end to the boundaries.');
}

describe('one execution with every kind of step, killed', () => {
  test.each(['before', 'after'] as const)(
    '%s each of its commits, keeps every promise',
    { timeout: 300_000 },
    async (side) => {
      const everyKind = await EveryKind.prepare(await CountingService.start());
      const { points, doubts, broken } = await killEverywhere(everyKind, (commit) => ({ commit, side }));
      process.stderr.write(`killed ${side} each of ${points} commits, ${doubts} doubts\n`);
      expect(broken).toEqual({});
      expect(points).toBeGreaterThan(20);
      expect(doubts).toBeGreaterThan(3);
    },
  );

  test.each(['received', 'effected'] as const)(
    'when each of its calls is %s by the other side, keeps every promise',
    { timeout: 300_000 },
    async (phase) => {
      const everyKind = await EveryKind.prepare(await CountingService.start());
      const { points, doubts, broken } = await killEverywhere(everyKind, (call) => ({ call, phase }));
      expect(broken).toEqual({});
      expect(points).toBe(7);
      expect(doubts).toBe(3);
    },
  );
});
