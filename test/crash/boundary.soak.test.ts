import { expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import { seededRandom, testSeed } from '../support/seeded-random.ts';
import { EveryKind } from './every-kind-run.ts';

const rounds = 150;

test(`${rounds} executions are killed at one commit and again at one of their recovery, and keep every promise`, {
  timeout: 3_600_000,
}, async () => {
  const everyKind = await EveryKind.prepare(await CountingService.start());
  const random = seededRandom(testSeed('double kill'));
  const side = () => (random.chance(0.5) ? ('before' as const) : ('after' as const));
  const broken: Record<string, readonly string[]> = {};
  let killed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const first = { commit: random.between(1, 20), side: side() };
    const second = { commit: random.between(1, 12), side: side() };
    const run = await everyKind.kill(first, second);
    if (run.killed) killed += 1;
    if (run.violations.length > 0) broken[JSON.stringify([first, second])] = run.violations;
  }
  expect(broken).toEqual({});
  expect(killed).toBeGreaterThan(rounds / 4);
});
