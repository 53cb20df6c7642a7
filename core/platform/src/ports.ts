/**
 * Ports to the machine: pure packages receive them, `adapters/platform-node` binds them.
 * No pure package reads the clock, sets a timer or draws a random number by itself.
 */

/** Wall clock and monotonic clock. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number;
}

/** Something to end exactly once; later calls do nothing. */
export type Disposer = () => void;

/** One-shot timers. Every timer has an owner that keeps its disposer. */
export interface Timers {
  /** Calls `run` once after `delayMs` (any size; a delay beyond the host's limit is split). The disposer cancels it. */
  after(delayMs: number, run: () => void): Disposer;
}

/** Cryptographically strong randomness. */
export interface Randomness {
  bytes(length: number): Uint8Array;
}

/** Identifiers: UUIDv7 (RFC 9562), lower case, ordered by time, monotonic within a process. */
export interface Ids {
  next(): string;
}

/** The primitives of cryptography that the house uses; all keys and digests are bytes. */
export interface Cryptography {
  sha256(data: Uint8Array | string): Uint8Array;
  hmacSha256(key: Uint8Array | string, data: Uint8Array | string): Uint8Array;
  /** True when both are equal; takes the same time wherever they differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
  /** AES-256-GCM; the result is nonce (12) + ciphertext + tag (16). */
  seal(key: Uint8Array, plain: Uint8Array, context: string): Uint8Array;
  /** Opens what {@link seal} made. @throws Conv3nError `decryption_failed` */
  open(key: Uint8Array, sealed: Uint8Array, context: string): Uint8Array;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Structured log: a stable short message and fields. Never put a secret or a whole payload into fields. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** A log that adds `fields` to every line. */
  with(fields: Readonly<Record<string, unknown>>): Log;
}

/** All ports together, as composition roots hand them on. */
export interface Platform {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Randomness;
  readonly ids: Ids;
  readonly crypto: Cryptography;
  readonly log: Log;
}
