import type { CallContext } from '../context.ts';
import { systemCaller } from '../context.ts';
import type { Platform } from '../ports.ts';
import { uuidV7Ids } from '../uuid-v7.ts';
import { type CollectingLog, collectingLog, type LogLine } from './collecting-log.ts';
import { type ManualTime, manualTime } from './manual-time.ts';
import { seededRandom } from './seeded-random.ts';
import { testCryptography } from './test-cryptography.ts';

export interface TestPlatformOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Milliseconds since the Unix epoch. @default 1767225600000, which is 2026-01-01T00:00:00Z */
  readonly startMs?: number;
}

/** A platform in which nothing moves by itself and every run with the same seed is the same. */
export interface TestPlatform extends Platform, ManualTime {
  readonly log: CollectingLog;
  /** Every line written to `log` or a log made from it. */
  readonly lines: readonly LogLine[];
  /** A call context of the system caller, never aborted unless overridden. */
  context(overrides?: Partial<CallContext>): CallContext;
}

/** Manual clock and timers, seeded randomness, deterministic ids, collected log lines. */
export function testPlatform(options: TestPlatformOptions = {}): TestPlatform {
  const time = manualTime(options.startMs ?? 1_767_225_600_000);
  const random = seededRandom(options.seed ?? 1);
  const log = collectingLog();
  return {
    ...time,
    random,
    ids: uuidV7Ids({ clock: time.clock, random }),
    crypto: testCryptography(random),
    log,
    lines: log.lines,
    context: (overrides) => ({ caller: systemCaller, signal: new AbortController().signal, ...overrides }),
  };
}
