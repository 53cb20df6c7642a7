import { Conv3nError } from './errors.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d{1,12}(?:\.\d{1,6})?)(ms|s|m|h|d)$/;

/** Milliseconds of a duration string such as `200ms`, `1.5s`, `5m`, `2h` or `30d`; undefined when it is not one. */
export function durationToMs(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}

/** As {@link durationToMs}. @throws Conv3nError `invalid_duration` */
export function parseDuration(text: string): number {
  const ms = durationToMs(text);
  if (ms === undefined) {
    throw new Conv3nError(
      'invalid_duration',
      `"${text}" is not a duration. Write a number and a unit: 200ms, 30s, 5m, 2h or 7d.`,
      {
        kind: 'invalid',
      },
    );
  }
  return ms;
}
