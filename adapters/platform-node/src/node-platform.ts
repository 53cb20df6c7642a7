import { type Log, type Platform, uuidV7Ids } from '@conv3n/platform';
import { nodeClock } from './clock.ts';
import { nodeCryptography, nodeRandomness } from './cryptography.ts';
import { jsonLinesLog } from './json-lines-log.ts';
import { nodeTimers } from './timers.ts';

export interface NodePlatformOptions {
  /** @default JSON lines on standard error from level `info` */
  readonly log?: Log;
  /** Whether a pending timer keeps the process alive. @default true */
  readonly timersKeepProcess?: boolean;
}

/** Every platform port bound to this Node process. */
export function nodePlatform({ log = jsonLinesLog(), timersKeepProcess = true }: NodePlatformOptions = {}): Platform {
  return {
    clock: nodeClock,
    timers: nodeTimers({ keepProcess: timersKeepProcess }),
    random: nodeRandomness,
    ids: uuidV7Ids({ clock: nodeClock, random: nodeRandomness }),
    crypto: nodeCryptography,
    log,
  };
}
