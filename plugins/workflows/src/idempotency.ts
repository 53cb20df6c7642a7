import { isConv3nError, type JsonValue, type Platform } from '@conv3n/platform';
import type { Storage } from '@conv3n/runtime';
import { workflowsErrors } from './errors.ts';

const namespace = 'executions.keys';

/** How long a key is remembered, in milliseconds. */
export const idempotencyKeyMs = 24 * 3_600_000;

interface Reservation {
  readonly executionId: string;
  /** SHA-256 of the request, so that a key is not reused for another one. */
  readonly request: string;
}

/**
 * One execution per key. The key is bound to an execution id before the execution starts; a repeat finds the id, and after a crash in between it
 * starts the execution under that very id.
 */
export class IdempotencyKeys {
  readonly #storage: Storage;
  readonly #platform: Platform;

  constructor(storage: Storage, platform: Platform) {
    this.#storage = storage;
    this.#platform = platform;
  }

  /** The execution id of a key that was reserved before; the execution may not have started. @throws `idempotency_key_reused` */
  async find(scope: string, key: string, request: JsonValue): Promise<string | undefined> {
    const present = await this.#storage.get(namespace, this.#place(scope, key));
    return present && checked(present.value as unknown as Reservation, this.#digest(request));
  }

  /** The execution id of a key, the same for every repeat. @throws `idempotency_key_reused` */
  async reserve(scope: string, key: string, request: JsonValue): Promise<string> {
    const digest = this.#digest(request);
    const place = this.#place(scope, key);
    const present = await this.#storage.get(namespace, place);
    if (present) return checked(present.value as unknown as Reservation, digest);
    const reservation: Reservation = { executionId: this.#platform.ids.next(), request: digest };
    try {
      await this.#storage.write([
        {
          kind: 'put',
          namespace,
          key: place,
          value: reservation as unknown as JsonValue,
          ifRevision: 0,
          ttlMs: idempotencyKeyMs,
        },
      ]);
      return reservation.executionId;
    } catch (error) {
      if (!isConv3nError(error, 'revision_conflict')) throw error;
      const winner = await this.#storage.get(namespace, place);
      if (!winner) throw error;
      return checked(winner.value as unknown as Reservation, digest);
    }
  }

  #place(scope: string, key: string): string {
    return `${scope}/${this.#platform.crypto.sha256(key).toHex()}`;
  }

  #digest(request: JsonValue): string {
    return this.#platform.crypto.sha256(JSON.stringify(request)).toHex();
  }
}

function checked(reservation: Reservation, digest: string): string {
  if (reservation.request === digest) return reservation.executionId;
  throw workflowsErrors.error(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request in the last 24 hours. Use a new key for a new request.',
  );
}
