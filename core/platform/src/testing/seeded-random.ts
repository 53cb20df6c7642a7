import type { Randomness } from '../ports.ts';

/** Repeatable bytes of a seed (xorshift32). For tests only: predictable by design. */
export function seededRandom(seed: number): Randomness {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return {
    bytes(length) {
      const bytes = new Uint8Array(length);
      for (let index = 0; index < length; index += 1) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        bytes[index] = state >>> 24;
      }
      return bytes;
    },
  };
}
