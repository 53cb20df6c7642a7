import { describe, expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import { EveryKind, type KillPoint } from './every-kind-run.ts';

/** What became of killing at every point. */
interface Sweep {
  /** How many points there are. */
  readonly points: number;
  readonly doubts: number;
  /** Broken promises by point. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
}

/** Kills at point 1, 2, 3 ... until the execution ends before its kill; so many at once. */
async function killEverywhere(
  everyKind: EveryKind,
  lanes: number,
  pointAt: (number: number) => KillPoint,
): Promise<Sweep> {
  const broken: Record<string, readonly string[]> = {};
  let doubts = 0;
  let next = 1;
  let beyond = 200;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (next < beyond) {
        const number = next;
        next += 1;
        const run = await everyKind.kill(pointAt(number));
        doubts += run.doubts;
        if (!run.killed) beyond = Math.min(beyond, number);
        else if (run.violations.length > 0) broken[JSON.stringify(pointAt(number))] = run.violations;
      }
    }),
  );
  return { points: beyond - 1, doubts, broken };
}

describe('one execution with every kind of step, killed', () => {
  test.each(['before', 'after'] as const)(
    '%s each of its commits, keeps every promise',
    { timeout: 300_000 },
    async (side) => {
      const everyKind = await EveryKind.prepare(await CountingService.start());
      const { points, doubts, broken } = await killEverywhere(everyKind, 2, (commit) => ({ commit, side }));
      process.stderr.write(`killed ${side} each of ${points} commits, ${doubts} doubts\n`);
      expect(broken).toEqual({});
      expect(points).toBeGreaterThan(15);
      expect(doubts).toBeGreaterThan(3);
    },
  );

  test.each([
    { phase: 'received', calls: 7 },
    { phase: 'effected', calls: 6 },
  ] as const)(
    'when each of its $calls calls is $phase by the other side, keeps every promise',
    { timeout: 300_000 },
    async ({ phase, calls }) => {
      const everyKind = await EveryKind.prepare(await CountingService.start());
      const { points, doubts, broken } = await killEverywhere(everyKind, 1, (call) => ({ call, phase }));
      expect(broken).toEqual({});
      expect(points).toBe(calls);
      expect(doubts).toBe(3);
    },
  );
});
