import { Conv3nError } from '../errors.ts';
import type { Cryptography, Randomness } from '../ports.ts';
import { sha256 } from './sha256.ts';

const encoder = new TextEncoder();
const toBytes = (data: Uint8Array | string): Uint8Array => (typeof data === 'string' ? encoder.encode(data) : data);

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function hmac(key: Uint8Array | string, data: Uint8Array): Uint8Array {
  const raw = toBytes(key);
  const block = new Uint8Array(64);
  block.set(raw.length > 64 ? sha256(raw) : raw);
  const inner = sha256(
    join(
      block.map((byte) => byte ^ 0x36),
      data,
    ),
  );
  return sha256(
    join(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] as number) ^ (b[index] ?? 0);
  return difference === 0;
}

/** The stream `hmac(key, nonce + counter)` over the data: its own inverse. */
function applyKeystream(key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Uint8Array {
  const result = Uint8Array.from(data);
  for (let offset = 0; offset < data.length; offset += 32) {
    const stream = hmac(key, join(nonce, encoder.encode(String(offset))));
    for (let index = offset; index < Math.min(offset + 32, data.length); index += 1) {
      result[index] = (data[index] as number) ^ (stream[index - offset] as number);
    }
  }
  return result;
}

/**
 * Cryptography without a host. Digests and HMAC are the real ones; `seal` has the layout and the guarantees of the port
 * but is an HMAC stream, not AES-256-GCM: what it made can be opened only by it. Never for production.
 */
export function testCryptography(random: Randomness): Cryptography {
  const tagOf = (key: Uint8Array, nonce: Uint8Array, body: Uint8Array, context: string): Uint8Array =>
    hmac(key, join(encoder.encode(`tag:${context.length}:${context}`), nonce, body)).slice(0, 16);
  return {
    sha256: (data) => sha256(toBytes(data)),
    hmacSha256: (key, data) => hmac(key, toBytes(data)),
    equal,
    seal(key, plain, context) {
      const nonce = random.bytes(12);
      const body = applyKeystream(key, nonce, plain);
      return join(nonce, body, tagOf(key, nonce, body, context));
    },
    open(key, sealed, context) {
      const nonce = sealed.subarray(0, 12);
      const body = sealed.subarray(12, Math.max(12, sealed.length - 16));
      if (sealed.length < 28 || !equal(tagOf(key, nonce, body, context), sealed.subarray(-16))) {
        throw new Conv3nError(
          'decryption_failed',
          'The sealed data is damaged or belongs to another key or context. Check the key it was sealed with.',
          { kind: 'internal' },
        );
      }
      return applyKeystream(key, nonce, body);
    },
  };
}
