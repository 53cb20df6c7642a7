import type { Clock, Ids, Randomness } from './ports.ts';

const poolSize = 128;
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * UUIDv7 by RFC 9562, section 6.2, method 1: 48 bits of milliseconds, a 12-bit counter, 62 random bits.
 *
 * I1 Each id sorts after the one before it, also when the clock goes back: the last millisecond is then kept.
 * I2 The counter starts in its lower half at each millisecond; when it overflows, the id borrows the next millisecond.
 */
export function uuidV7Ids(ports: { readonly clock: Clock; readonly random: Randomness }): Ids {
  let lastMs = -1;
  let counter = 0;
  let pool = new Uint8Array(0);
  let offset = 0;
  const draw = (): Uint8Array => {
    if (offset === pool.length) {
      pool = Uint8Array.from(ports.random.bytes(poolSize * 10));
      offset = 0;
    }
    offset += 10;
    return pool.subarray(offset - 10, offset);
  };
  return {
    next() {
      const bytes = draw();
      const now = Math.floor(ports.clock.now());
      if (now > lastMs) {
        lastMs = now;
        counter = (((bytes[8] as number) << 8) | (bytes[9] as number)) & 0x7ff;
      } else if (counter === 0xfff) {
        lastMs += 1;
        counter = 0;
      } else {
        counter += 1;
      }
      const time = lastMs.toString(16).padStart(12, '0');
      const sequence = counter.toString(16).padStart(3, '0');
      const variant = hex[((bytes[0] as number) & 0x3f) | 0x80];
      let tail = '';
      for (let index = 2; index < 8; index += 1) tail += hex[bytes[index] as number];
      return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${hex[bytes[1] as number]}-${tail}`;
    },
  };
}
