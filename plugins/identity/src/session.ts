import type { JsonValue, Platform } from '@conv3n/platform';
import type { Storage } from '@conv3n/runtime';

const namespace = 'identity.sessions';

/** How long a browser session lasts without signing in again, in milliseconds. */
export const sessionMs = 30 * 86_400_000;

/** Name of the session cookie. */
export const sessionCookie = 'conv3n_session';

interface SessionRecord {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
}

/** Browser sessions: a random token in a cookie, its digest in storage with an expiry, so they outlive a restart. */
export class Sessions {
  readonly #storage: Storage;
  readonly #platform: Platform;

  constructor(storage: Storage, platform: Platform) {
    this.#storage = storage;
    this.#platform = platform;
  }

  /** Opens a session and answers its token. */
  async open(subject: string, scopes: readonly string[]): Promise<string> {
    const token = this.#platform.random.bytes(32).toHex();
    const record: SessionRecord = { subject, scopes, createdAt: this.#platform.clock.now() };
    await this.#storage.write([
      { kind: 'put', namespace, key: this.#digest(token), value: record as unknown as JsonValue, ttlMs: sessionMs },
    ]);
    return token;
  }

  async find(token: string): Promise<{ readonly subject: string; readonly scopes: readonly string[] } | undefined> {
    if (!/^[0-9a-f]{64}$/.test(token)) return undefined;
    const entry = await this.#storage.get(namespace, this.#digest(token));
    return entry && (entry.value as unknown as SessionRecord);
  }

  async close(token: string): Promise<void> {
    await this.#storage.write([{ kind: 'delete', namespace, key: this.#digest(token) }]);
  }

  #digest(token: string): string {
    return this.#platform.crypto.sha256(token).toHex();
  }
}

/** The session token in a Cookie header (RFC 6265), or undefined. */
export function tokenFromCookie(header: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === sessionCookie) return part.slice(at + 1).trim();
  }
  return undefined;
}
