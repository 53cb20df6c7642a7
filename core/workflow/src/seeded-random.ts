/** Numbers in [0, 1) that are the same for the same execution seed, node and iteration (mulberry32 over FNV-1a). */
export function stepRandom(seed: number, node: string, iteration: readonly number[]): () => number {
  let state = -1;
  let begun = false;
  return () => {
    if (!begun) {
      begun = true;
      state = hash(seed, node, iteration);
    }
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function hash(seed: number, node: string, iteration: readonly number[]): number {
  let value = 0x811c9dc5 ^ seed;
  for (let index = 0; index < node.length; index += 1) {
    value = Math.imul(value ^ node.charCodeAt(index), 0x01000193);
  }
  for (const index of iteration) value = Math.imul(value ^ (index + 0x9e37), 0x01000193) ^ (value >>> 13);
  return value | 0;
}
