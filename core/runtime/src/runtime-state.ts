import type { Disposer, JsonValue, Log, Platform } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';
import { frozenJson } from './frozen-json.ts';
import type { StateEntry } from './plugin.ts';
import { PrefixObservers } from './prefix-observers.ts';

interface StateCell {
  readonly entry: StateEntry;
  /** On the monotonic clock. */
  readonly expiresAt: number;
  readonly cancelExpiry: Disposer | undefined;
}

/** A change of one key, as `State.watch` tells it; without an entry the key is gone. */
export type StateChange = { readonly key: string; readonly entry: StateEntry | undefined };

/** Runtime state: frozen values with revisions, compare-and-set, expiry on the monotonic clock, observers by prefix. */
export class RuntimeState {
  readonly #platform: Platform;
  readonly #maxEntries: number;
  readonly #cells = new Map<string, StateCell>();
  readonly #observers = new PrefixObservers<StateChange>();
  #revision = 0;

  constructor(platform: Platform, maxEntries: number) {
    this.#platform = platform;
    this.#maxEntries = maxEntries;
  }

  get size(): number {
    return this.#cells.size;
  }

  get observerCount(): number {
    return this.#observers.size;
  }

  get(key: string): StateEntry | undefined {
    const cell = this.#cells.get(key);
    return cell && cell.expiresAt > this.#platform.clock.monotonic() ? cell.entry : undefined;
  }

  set(
    key: string,
    value: JsonValue,
    options: { readonly ifRevision?: number; readonly ttlMs?: number } = {},
  ): number | undefined {
    const { ifRevision, ttlMs } = options;
    if (ifRevision !== undefined && (this.get(key)?.revision ?? 0) !== ifRevision) return undefined;
    if (!this.#cells.has(key) && this.#cells.size >= this.#maxEntries) {
      throw runtimeErrors.error(
        'state_full',
        `The state holds ${this.#maxEntries} entries already. Delete some or use a ttl.`,
      );
    }
    const frozen = frozenJson(value);
    this.#cells.get(key)?.cancelExpiry?.();
    this.#revision += 1;
    const entry = Object.freeze({ value: frozen, revision: this.#revision });
    const expiring = ttlMs !== undefined;
    this.#cells.set(key, {
      entry,
      expiresAt: expiring ? this.#platform.clock.monotonic() + ttlMs : Number.POSITIVE_INFINITY,
      cancelExpiry: expiring ? this.#platform.timers.after(ttlMs, () => this.#expire(key, entry)) : undefined,
    });
    this.#observers.notify(key, { key, entry });
    return entry.revision;
  }

  delete(key: string, options: { readonly ifRevision?: number } = {}): boolean {
    const entry = this.get(key);
    if (!entry || (options.ifRevision !== undefined && options.ifRevision !== entry.revision)) return false;
    this.#remove(key);
    return true;
  }

  list(prefix: string): readonly (StateEntry & { readonly key: string })[] {
    const now = this.#platform.clock.monotonic();
    const found: (StateEntry & { readonly key: string })[] = [];
    for (const [key, { entry, expiresAt }] of this.#cells) {
      if (expiresAt > now && key.startsWith(prefix)) found.push({ key, ...entry });
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  watch(prefix: string, log: Log, observer: (change: StateChange) => void): Disposer {
    const onError = (error: unknown): void => log.write('error', 'state observer failed', { prefix, error });
    return this.#observers.add(prefix, observer, onError);
  }

  /** Cancels the expiry timers; the entries stay readable until their time. */
  close(): void {
    for (const { cancelExpiry } of this.#cells.values()) cancelExpiry?.();
  }

  #expire(key: string, entry: StateEntry): void {
    if (this.#cells.get(key)?.entry === entry) this.#remove(key);
  }

  #remove(key: string): void {
    this.#cells.get(key)?.cancelExpiry?.();
    this.#cells.delete(key);
    this.#observers.notify(key, { key, entry: undefined });
  }
}
