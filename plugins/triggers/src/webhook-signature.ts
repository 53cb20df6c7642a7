import type { Cryptography } from '@conv3n/platform';

/** Oldest timestamp a signature may carry, in milliseconds; bounds replay. */
export const signatureToleranceMs = 5 * 60_000;

/**
 * Checks a webhook's HMAC-SHA256 signature over the raw body. Two forms: `X-Conv3n-Signature: t=<unix seconds>,v1=<hex of HMAC(t.body)>`, which
 * bounds replay, and `X-Hub-Signature-256: sha256=<hex of HMAC(body)>` as GitHub sends it.
 */
export function signatureIsValid(options: {
  readonly crypto: Cryptography;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly now: number;
}): boolean {
  const { crypto, secret, headers, body, now } = options;
  const own = headers['x-conv3n-signature'];
  if (own !== undefined) {
    const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(own);
    if (!match) return false;
    const [, seconds, hex] = match as unknown as [string, string, string];
    if (Math.abs(now - Number(seconds) * 1000) > signatureToleranceMs) return false;
    const prefix = new TextEncoder().encode(`${seconds}.`);
    const signed = new Uint8Array(prefix.length + body.length);
    signed.set(prefix);
    signed.set(body, prefix.length);
    return crypto.equal(crypto.hmacSha256(secret, signed), Uint8Array.fromHex(hex));
  }
  const match = /^sha256=([0-9a-f]{64})$/.exec(headers['x-hub-signature-256'] ?? '');
  return match !== null && crypto.equal(crypto.hmacSha256(secret, body), Uint8Array.fromHex(match[1] as string));
}
