import type { Platform } from '@conv3n/platform';

/** How long a sign-in URL works, in milliseconds. */
export const loginTokenMs = 10 * 60_000;
const maxOpen = 100;

/** One-time sign-in tokens, kept in memory only: a restart voids them, and each works once. */
export class LoginTokens {
  readonly #open = new Map<string, number>();
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  create(): string {
    const token = this.#platform.random.bytes(32).toHex();
    const oldest = this.#open.keys().next();
    if (this.#open.size >= maxOpen && !oldest.done) this.#open.delete(oldest.value);
    this.#open.set(this.#digest(token), this.#platform.clock.now() + loginTokenMs);
    return token;
  }

  /** True exactly once per token, within its ten minutes. */
  redeem(token: string): boolean {
    const digest = this.#digest(token);
    const expiresAt = this.#open.get(digest);
    this.#open.delete(digest);
    return expiresAt !== undefined && expiresAt > this.#platform.clock.now();
  }

  #digest(token: string): string {
    return this.#platform.crypto.sha256(token).toHex();
  }
}
