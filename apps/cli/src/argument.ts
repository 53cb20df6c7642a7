import { durationToMs } from '@conv3n/platform';
import { InvalidArgumentError } from 'commander';

/** A whole number from 1 on, such as a version or a limit. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1 on.');
  return Number(text);
}

/** Milliseconds of a duration such as `30s`. */
export function durationArgument(text: string): number {
  const ms = durationToMs(text);
  if (ms === undefined) throw new InvalidArgumentError('Write a duration such as 30s, 5m or 2h.');
  return ms;
}

/** A moment in RFC 3339 UTC: given as such a time, or as a duration from now. */
export function momentArgument(text: string): string {
  const ms = durationToMs(text) ?? Number.NaN;
  const at = Number.isNaN(ms) ? Date.parse(text) : Date.now() + ms;
  if (Number.isNaN(at) || !Number.isFinite(new Date(at).getTime())) {
    throw new InvalidArgumentError('Write a time such as 2027-01-01T00:00:00Z, or a duration such as 90d.');
  }
  return new Date(at).toISOString();
}

/** Several of the choices, with commas between them. */
export function listOf<const Choice extends string>(choices: readonly Choice[]): (text: string) => readonly Choice[] {
  return (text) =>
    text.split(',').map((part) => {
      const found = choices.find((choice) => choice === part.trim());
      if (found === undefined) throw new InvalidArgumentError(`Choose from ${choices.join(', ')}.`);
      return found;
    });
}
