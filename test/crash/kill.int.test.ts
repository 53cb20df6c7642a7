import { expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import { faultCounts } from '../support/fault-counts.ts';
import { scratch } from '../support/scratch.ts';
import { testSeed } from '../support/seeded-random.ts';
import { audit } from './audit.ts';
import { killStorm } from './kill-storm.ts';

const { executions, kills, timeoutMs } = faultCounts();

test(`${executions} executions survive ${kills} kills: none lost, none wrongly labelled, no external effect twice, doubts exact`, {
  timeout: timeoutMs,
}, async () => {
  const seed = testSeed('kill storm');
  const service = await CountingService.start();
  const storm = await killStorm({ executions, kills, seed }, service, scratch());
  const { violations, figures } = await audit(storm, service);
  process.stderr.write(`kill storm: ${JSON.stringify({ ...figures, killsBeforeReady: storm.killsBeforeReady })}\n`);
  expect(violations).toEqual([]);
  expect(storm.kills).toHaveLength(kills);
  expect(figures.doubts).toBeGreaterThan(0);
  expect(figures.repeatedIdempotentCalls).toBeGreaterThan(0);
  expect(figures.followedEvents).toBeGreaterThan(0);
});
