import { expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import type { FaultCounts } from '../support/fault-counts.ts';
import { scratch } from '../support/scratch.ts';
import { testSeed } from '../support/seeded-random.ts';
import { audit } from './audit.ts';
import { killStorm } from './kill-storm.ts';

/** Declares the kill test in the size that is asked for. */
export function killTest({ executions, kills, timeoutMs }: FaultCounts): void {
  const title = `${executions} executions survive ${kills} kills: none lost, none wrongly labelled, no external effect twice, doubts exact`;
  test(title, { timeout: timeoutMs }, async () => {
    const seed = testSeed('kill storm');
    const service = await CountingService.start();
    const storm = await killStorm({ executions, kills, seed }, service, scratch());
    const { violations, figures } = await audit(storm, service);
    const { killsBeforeReady, doubtsAtEnd } = storm;
    process.stderr.write(`kill storm: ${JSON.stringify({ ...figures, killsBeforeReady, doubtsAtEnd })}\n`);
    expect(violations).toEqual([]);
    expect(storm.kills).toHaveLength(kills);
    expect(figures.doubts).toBeGreaterThan(0);
    expect(figures.repeatedIdempotentCalls).toBeGreaterThan(0);
    expect(figures.followedEvents).toBeGreaterThan(0);
  });
}
