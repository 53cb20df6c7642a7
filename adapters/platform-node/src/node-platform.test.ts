import { type PlatformUnderTest, platformContract } from '@conv3n/platform/testing';
import { expect, it, vi } from 'vitest';
import { nodePlatform } from './node-platform.ts';
import { nodeTimers } from './timers.ts';

const underTest = (): PlatformUnderTest => {
  const platform = nodePlatform();
  return { platform, pass: (ms) => new Promise((resolve) => platform.timers.after(ms, resolve)) };
};

platformContract('nodePlatform', underTest);

it('fires a timer beyond the limit of the host exactly at its time', () => {
  vi.useFakeTimers();
  try {
    const run = vi.fn();
    nodeTimers().after(40 * 86_400_000, run);
    vi.advanceTimersByTime(40 * 86_400_000 - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(1);
    const dispose = nodeTimers({ keepProcess: false }).after(40 * 86_400_000, run);
    vi.advanceTimersByTime(30 * 86_400_000);
    dispose();
    vi.advanceTimersByTime(30 * 86_400_000);
    expect(run).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});
