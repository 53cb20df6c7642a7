import { describe, expect, it } from 'vitest';
import { platformContract } from './platform-contract.ts';
import { testPlatform } from './test-platform.ts';

platformContract('testPlatform', () => {
  const platform = testPlatform();
  return { platform, pass: (ms) => platform.advance(ms) };
});

describe('testPlatform', () => {
  it('repeats itself for the same seed and differs for another', () => {
    const draw = (seed: number) => {
      const { ids, random } = testPlatform({ seed });
      return [ids.next(), ids.next(), Array.from(random.bytes(8))];
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('runs timers set by timers within one advance and lets promises settle between them', async () => {
    const platform = testPlatform({ startMs: 1000 });
    const seen: string[] = [];
    platform.timers.after(10, () => {
      void Promise.resolve().then(() => seen.push(`promise ${platform.clock.now()}`));
      platform.timers.after(10, () => seen.push(`inner ${platform.clock.now()}`));
    });
    platform.timers.after(15, () => seen.push(`outer ${platform.clock.now()}`));
    await platform.advance(25);
    expect(seen).toEqual(['promise 1010', 'outer 1015', 'inner 1020']);
    expect(platform.clock.now()).toBe(1025);
    expect(platform.pendingTimers()).toBe(0);
  });

  it('keeps ids in order when the wall clock is set back', () => {
    const platform = testPlatform();
    const before = platform.ids.next();
    platform.shiftWallClock(-60_000);
    expect(platform.ids.next() > before).toBe(true);
  });

  it('collects the lines of derived logs with their bound fields', () => {
    const platform = testPlatform();
    platform.log.with({ plugin: 'a' }).write('warn', 'slow', { ms: 5 });
    expect(platform.lines).toEqual([{ level: 'warn', message: 'slow', fields: { plugin: 'a', ms: 5 } }]);
  });
});
