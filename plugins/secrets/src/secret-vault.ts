import { isConv3nError, type JsonValue, type Platform } from '@conv3n/platform';
import type { Storage } from '@conv3n/runtime';
import { secretErrors } from './errors.ts';

const namespace = 'secrets';
const maxSecrets = 10_000;

/** Names of secrets: as in `$secrets.<name>`. */
export const secretNamePattern = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';

interface SealedSecret {
  /** Base64 of nonce, ciphertext and tag; the name is bound as additional data, so rows cannot be swapped. */
  readonly sealed: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What may be told about a secret. Times are milliseconds since the Unix epoch. */
export interface SecretInfo {
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Secrets sealed with AES-256-GCM under one 32-byte key. Values leave only through {@link SecretVault.open}. */
export class SecretVault {
  readonly #storage: Storage;
  readonly #platform: Platform;
  readonly #key: Uint8Array;

  constructor(storage: Storage, platform: Platform, key: Uint8Array) {
    this.#storage = storage;
    this.#platform = platform;
    this.#key = key;
  }

  /** @throws `too_many_secrets` */
  async set(name: string, value: string): Promise<SecretInfo> {
    const now = this.#platform.clock.now();
    const present = await this.#storage.get(namespace, name);
    if (!present && (await this.#count()) >= maxSecrets) {
      throw secretErrors.error(
        'too_many_secrets',
        `There are ${maxSecrets} secrets already. Delete unused ones first.`,
      );
    }
    const record: SealedSecret = {
      sealed: this.#platform.crypto.seal(this.#key, new TextEncoder().encode(value), name).toBase64(),
      createdAt: present ? (present.value as unknown as SealedSecret).createdAt : now,
      updatedAt: now,
    };
    await this.#storage.write([{ kind: 'put', namespace, key: name, value: record as unknown as JsonValue }]);
    return { name, createdAt: record.createdAt, updatedAt: now };
  }

  /** The value, for use inside a block call. @throws `secret_not_found`, `secret_unreadable` */
  async open(name: string): Promise<string> {
    const entry = await this.#storage.get(namespace, name);
    if (!entry)
      throw secretErrors.error(
        'secret_not_found',
        `There is no secret "${name}". Set it with: conv3n secret set ${name}`,
      );
    try {
      const sealed = Uint8Array.fromBase64((entry.value as unknown as SealedSecret).sealed);
      return new TextDecoder().decode(this.#platform.crypto.open(this.#key, sealed, name));
    } catch (error) {
      if (!isConv3nError(error, 'decryption_failed')) throw error;
      throw secretErrors.error(
        'secret_unreadable',
        `The secret "${name}" was sealed with another key. Restore secrets.key (or CONV3N_SECRETS_KEY), or set the secret again.`,
        { cause: error },
      );
    }
  }

  async list(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly SecretInfo[]; readonly next?: string }> {
    const page = await this.#storage.list(namespace, { limit, ...(after !== undefined && { after }) });
    const items = page.entries.map(({ key, value }) => {
      const { createdAt, updatedAt } = value as unknown as SealedSecret;
      return { name: key, createdAt, updatedAt };
    });
    return { items, ...(page.next !== undefined && { next: page.next }) };
  }

  /** @throws `secret_not_found` */
  async delete(name: string): Promise<void> {
    if (!(await this.#storage.get(namespace, name)))
      throw secretErrors.error('secret_not_found', `There is no secret "${name}".`);
    await this.#storage.write([{ kind: 'delete', namespace, key: name }]);
  }

  async #count(): Promise<number> {
    let count = 0;
    let after: string | undefined;
    do {
      const page = await this.#storage.list(namespace, { limit: 1000, ...(after !== undefined && { after }) });
      count += page.entries.length;
      after = page.next;
    } while (after !== undefined);
    return count;
  }
}
