import { parseDuration } from '@conv3n/platform';
import { Cron } from 'croner';
import { triggersErrors } from './errors.ts';
import type { TriggerRecord } from './trigger-record.ts';

/** Smallest distance between two firings of an interval, in milliseconds. */
export const minIntervalMs = 1000;

/**
 * When a schedule fires next, in milliseconds since the Unix epoch; null when never again. Cron has 5 fields, or 6 with seconds first, and a time zone
 * (UTC unless set). An interval counts from its last firing, so restarts do not shift it. @throws `trigger_invalid`
 */
export function nextFiring(
  record: Pick<TriggerRecord, 'type' | 'config' | 'lastFiredAt' | 'createdAt'>,
  after: number,
): number | null {
  if (record.type === 'std/interval') {
    const every = parseDuration(String(record.config.every));
    if (every < minIntervalMs)
      throw triggersErrors.error('trigger_invalid', `every must be at least 1s, not ${String(record.config.every)}.`);
    const start = record.lastFiredAt ?? record.createdAt;
    const due = start + every;
    return due > after ? due : start + (Math.floor((after - start) / every) + 1) * every;
  }
  try {
    const cron = new Cron(String(record.config.schedule), {
      timezone: String(record.config.timezone ?? 'UTC'),
      paused: true,
    });
    return cron.nextRun(new Date(after))?.getTime() ?? null;
  } catch (error) {
    throw triggersErrors.error(
      'trigger_invalid',
      `"${String(record.config.schedule)}" is not a schedule: ${error instanceof Error ? error.message : String(error)} Write five fields such as "0 9 * * 1-5", or six with seconds first.`,
      { cause: error },
    );
  }
}
