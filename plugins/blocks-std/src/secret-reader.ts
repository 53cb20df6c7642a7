import { type CallContext, isRecord } from '@conv3n/platform';
import type { SecretReference, SecretText } from '@conv3n/workflow';
import { type SecretScrubber, secretScrubber } from './secret-scrubber.ts';

/** Port: the value of a stored secret, for one block call. */
export type ResolveSecret = (name: string, context: CallContext) => Promise<string>;

/** Resolves the references of one call and remembers what must not leave it. */
export interface SecretReader {
  /** The value with every reference in it replaced. */
  reveal(value: unknown): Promise<unknown>;
  /** True when the value is, or holds, a reference. */
  holds(value: unknown): boolean;
  /** Removes everything revealed so far. */
  readonly scrub: SecretScrubber;
  /** Adds a text made from secrets, such as an encoded header. */
  conceal(text: string): void;
}

/** True for what `$secrets.<name>` evaluates to: an object with that single key. */
export function isSecretReference(value: unknown): value is SecretReference {
  return isRecord(value) && typeof value['$secret'] === 'string' && Object.keys(value).length === 1;
}

/** True for what a longer text with `$secrets.<name>` inside evaluates to. */
function isSecretText(value: unknown): value is SecretText {
  return isRecord(value) && Array.isArray(value['$secret_text']) && Object.keys(value).length === 1;
}

/** A reader for one block call. */
export function secretReader(resolve: ResolveSecret, context: CallContext): SecretReader {
  const known = new Map<string, string>();
  const concealed: string[] = [];
  const holds = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    return isSecretReference(value) || isSecretText(value) || Object.values(value).some(holds);
  };
  const reveal = async (value: unknown): Promise<unknown> => {
    if (!holds(value)) return value;
    if (isSecretReference(value)) {
      const secret = known.get(value.$secret) ?? (await resolve(value.$secret, context));
      known.set(value.$secret, secret);
      return secret;
    }
    if (isSecretText(value)) return (await Promise.all(value.$secret_text.map(reveal))).join('');
    if (Array.isArray(value)) return await Promise.all(value.map(reveal));
    const entries = Object.entries(value as object).map(async ([key, inner]) => [key, await reveal(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return {
    reveal,
    holds,
    scrub: (value) => secretScrubber([...known.values(), ...concealed])(value),
    conceal(text) {
      concealed.push(text);
    },
  };
}
