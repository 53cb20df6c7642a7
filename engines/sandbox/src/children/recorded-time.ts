/** Time and randomness as the caller recorded them, so that an expression gives the same result when it runs again. */
export interface Recorded {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
  readonly seed: number;
}

const RealDate = Date;
const realRandom = Math.random;
let nowMs: number | undefined;
let draw: () => number = realRandom;

/** Replaces the clock and `Math.random` by ones that {@link useRecorded} sets. Call before built-ins are frozen. */
export function installRecordedTime(): void {
  const now = () => nowMs ?? RealDate.now();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  Math.random = () => draw();
}

/** Sets what the next evaluation sees; undefined for the machine's own clock and randomness. */
export function useRecorded(recorded: Recorded | undefined): void {
  nowMs = recorded?.nowMs;
  draw = recorded ? mulberry32(recorded.seed) : realRandom;
}

/** A small generator with 32 bits of state (T. Ettinger). Not for secrets. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
