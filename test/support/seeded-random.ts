/** Repeatable randomness: the same seed draws the same numbers. */
export interface SeededRandom {
  readonly seed: number;
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  /** True in this share of draws. */
  chance(share: number): boolean;
}

/** The seed of this run: `CONV3N_SEED`, else a new one. Printed, so that a failure can be repeated. */
export function testSeed(name: string): number {
  const wanted = process.env['CONV3N_SEED'];
  const seed = wanted === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
  if (!Number.isSafeInteger(seed)) throw new Error(`CONV3N_SEED is "${wanted}"; write a whole number.`);
  process.stderr.write(`${name}: CONV3N_SEED=${seed}\n`);
  return seed;
}

/** Mulberry32: small, and even enough to pick moments and cases. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    seed,
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (share) => next() < share,
  };
}
