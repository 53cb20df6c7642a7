import type { JsonValue, Platform } from '@conv3n/platform';
import type { Storage } from '@conv3n/runtime';
import { identityErrors } from './errors.ts';
import { isScope } from './scope.ts';

const namespace = 'identity.keys';
/** Ids of keys that were adopted at some start. */
const adopted = 'identity.adopted';
const prefix = 'c3n';
const lastUsedEveryMs = 60_000;

/** A stored API key; the secret half exists only as a SHA-256 digest. Times are milliseconds since the Unix epoch. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** API keys of the form `c3n_<id>_<secret>`: 8 random bytes to find it by, 32 to prove it, both in hex. */
export class ApiKeys {
  readonly #storage: Storage;
  readonly #platform: Platform;

  constructor(storage: Storage, platform: Platform) {
    this.#storage = storage;
    this.#platform = platform;
  }

  /** Makes a key and answers its text, which nothing can show again. @throws `scope_unknown`, `api_key_expiry_past` */
  async create(options: {
    readonly name: string;
    readonly scopes: readonly string[];
    readonly expiresAt?: number;
    readonly createdBy: string;
  }): Promise<{ readonly key: string; readonly record: ApiKeyRecord }> {
    const { random } = this.#platform;
    const key = `${prefix}_${random.bytes(8).toHex()}_${random.bytes(32).toHex()}`;
    return { key, record: await this.#store(key, options) };
  }

  /** Stores a key the operator chose, once: revoked, it stays so. It must have the form of a made one, so its strength is known. */
  async adopt(key: string, name: string, scopes: readonly string[]): Promise<void> {
    const parts = parse(key);
    if (!parts) {
      throw identityErrors.error(
        'api_key_malformed',
        'CONV3N_BOOTSTRAP_API_KEY must look like c3n_<16 hex digits>_<64 hex digits>. Make one with: echo c3n_$(openssl rand -hex 8)_$(openssl rand -hex 32)',
      );
    }
    if ((await this.#storage.get(adopted, parts.id)) || (await this.#storage.get(namespace, parts.id))) return;
    await this.#store(key, { name, scopes, createdBy: 'system' });
    await this.#storage.write([{ kind: 'put', namespace: adopted, key: parts.id, value: this.#platform.clock.now() }]);
  }

  /** The record of a presented key, or undefined when it is malformed, unknown, wrong or expired. */
  async verify(key: string): Promise<ApiKeyRecord | undefined> {
    const parts = parse(key);
    if (!parts) return undefined;
    const entry = await this.#storage.get(namespace, parts.id);
    if (!entry) return undefined;
    const record = entry.value as unknown as ApiKeyRecord;
    const { crypto, clock } = this.#platform;
    if (!crypto.equal(crypto.sha256(key), Uint8Array.fromHex(record.digest))) return undefined;
    const now = clock.now();
    if (record.expiresAt !== null && record.expiresAt <= now) return undefined;
    if (record.lastUsedAt === null || now - record.lastUsedAt >= lastUsedEveryMs) {
      await this.#storage
        .write([
          {
            kind: 'put',
            namespace,
            key: record.id,
            value: { ...record, lastUsedAt: now } as unknown as JsonValue,
            ifRevision: entry.revision,
          },
        ])
        .catch((error: unknown) =>
          this.#platform.log.write('debug', 'API key last use not recorded', { key: record.id, error: String(error) }),
        );
    }
    return record;
  }

  async list(
    after: string | undefined,
    limit: number,
  ): Promise<{ readonly items: readonly ApiKeyRecord[]; readonly next?: string }> {
    const page = await this.#storage.list(namespace, { limit, ...(after !== undefined && { after }) });
    return {
      items: page.entries.map((entry) => entry.value as unknown as ApiKeyRecord),
      ...(page.next !== undefined && { next: page.next }),
    };
  }

  /** @throws `api_key_not_found` */
  async revoke(id: string): Promise<void> {
    if (!(await this.#storage.get(namespace, id))) {
      throw identityErrors.error(
        'api_key_not_found',
        `There is no API key ${id}. \`conv3n api-key list\` shows those that exist.`,
      );
    }
    await this.#storage.write([{ kind: 'delete', namespace, key: id }]);
  }

  /** True when some unexpired key holds `admin`: a server may then listen beyond loopback. */
  async hasAdmin(): Promise<boolean> {
    let after: string | undefined;
    do {
      const page = await this.list(after, 200);
      const now = this.#platform.clock.now();
      if (page.items.some((item) => item.scopes.includes('admin') && (item.expiresAt === null || item.expiresAt > now)))
        return true;
      after = page.next;
    } while (after !== undefined);
    return false;
  }

  async #store(
    key: string,
    options: {
      readonly name: string;
      readonly scopes: readonly string[];
      readonly expiresAt?: number;
      readonly createdBy: string;
    },
  ): Promise<ApiKeyRecord> {
    const unknown = options.scopes.find((scope) => !isScope(scope));
    if (unknown !== undefined)
      throw identityErrors.error('scope_unknown', `"${unknown}" is not a scope. GET /docs lists them.`);
    const now = this.#platform.clock.now();
    if (options.expiresAt !== undefined && options.expiresAt <= now) {
      throw identityErrors.error(
        'api_key_expiry_past',
        'expires_at lies in the past. Give a later time, or leave it out for a key without expiry.',
      );
    }
    const record: ApiKeyRecord = {
      id: key.split('_')[1] as string,
      name: options.name,
      digest: this.#platform.crypto.sha256(key).toHex(),
      scopes: options.scopes,
      createdAt: now,
      createdBy: options.createdBy,
      expiresAt: options.expiresAt ?? null,
      lastUsedAt: null,
    };
    await this.#storage.write([
      { kind: 'put', namespace, key: record.id, value: record as unknown as JsonValue, ifRevision: 0 },
    ]);
    return record;
  }
}

function parse(key: string): { readonly id: string } | undefined {
  const match = /^c3n_([0-9a-f]{16})_[0-9a-f]{64}$/.exec(key);
  return match ? { id: match[1] as string } : undefined;
}
