import { performance } from 'node:perf_hooks';
import type { Clock } from '@conv3n/platform';

/** The machine's clocks. */
export const nodeClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
