import type { Scope } from '../frame.ts';
import type { EscapeAttempt } from './escapes/attempt.ts';
import { coercionAttempts } from './escapes/coercion.ts';
import { exhaustionAttempts } from './escapes/exhaustion.ts';
import { publishedAttempts } from './escapes/published.ts';
import { reachAttempts } from './escapes/reach.ts';

/** Every known way out, each with the outcome it must have against {@link escapeScope}. */
export const escapeCorpus: readonly EscapeAttempt[] = [
  ...reachAttempts,
  ...coercionAttempts,
  ...exhaustionAttempts,
  ...publishedAttempts,
];

/** Data that helps the attacker: forbidden keys as own keys, host functions, cycles, lying lengths. Fresh at each call. */
export function escapeScope(): Scope {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`key${index}`, index]));
  const input = {
    list: [1, 2, 3],
    text: 'a,b',
    keys: { ctor: 'constructor', proto: '__proto__', method: 'map' },
    long: 'x'.repeat(10_000),
    wide,
    hostile: {
      fn: () => 'escaped',
      symbol: Symbol('escaped'),
      big: 10n,
      crafted: { toString: () => 'constructor', valueOf: () => 1, toJSON: () => 'escaped', length: 1e9 },
      longLength: { length: 1e9 },
      payload: '{"__proto__": {"polluted": true}}',
      parsed: JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
      cyclic,
    },
  };
  const roots = { $input: input, $node: {}, $trigger: {}, $vars: {}, $env: {}, $execution: { id: 'e1' } };
  return { roots, now: 1_767_323_045_678, random: () => 0.5 };
}
