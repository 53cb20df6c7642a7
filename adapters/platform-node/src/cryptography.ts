import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Cryptography, Randomness } from '@conv3n/platform';
import { platformNodeErrors } from './errors.ts';

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** The operating system's random source, through OpenSSL. */
export const nodeRandomness: Randomness = { bytes: (length) => Uint8Array.from(randomBytes(length)) };

/** The primitives of `node:crypto`. */
export const nodeCryptography: Cryptography = {
  sha256: (data) => Uint8Array.from(hash('sha256', data, 'buffer')),
  hmacSha256: (key, data) => Uint8Array.from(createHmac('sha256', key).update(data).digest()),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  seal(key, plain, context) {
    const nonce = randomBytes(nonceBytes);
    const encrypt = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context));
    return Uint8Array.from(Buffer.concat([nonce, encrypt.update(plain), encrypt.final(), encrypt.getAuthTag()]));
  },
  open(key, sealed, context) {
    try {
      const body = sealed.subarray(nonceBytes, Math.max(nonceBytes, sealed.length - tagBytes));
      const decrypt = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decrypt.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(nonceBytes + body.length));
      return Uint8Array.from(Buffer.concat([decrypt.update(body), decrypt.final()]));
    } catch (cause) {
      throw platformNodeErrors.error(
        'decryption_failed',
        'The sealed data is damaged or belongs to another key or context. Check the key it was sealed with.',
        { cause },
      );
    }
  },
};
