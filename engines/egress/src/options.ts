import type { Timers } from '@conv3n/platform';
import { type Resolver, systemResolver } from './resolver.ts';

/** Limits of one egress client. */
export interface EgressLimits {
  /** Name lookup, TCP and TLS together. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Open connections per origin; further requests wait until their own timeout. @default 16 */
  readonly connectionsPerOrigin?: number;
  /** Origins with open connections; more are refused with `egress_overloaded`. @default 1024 */
  readonly maxOrigins?: number;
  /** How long an idle connection is kept; under the usual 5 s of servers. @default 4000 */
  readonly keepAliveMs?: number;
  /** Timeout of a request that names none. @default 30000 */
  readonly timeoutMs?: number;
  /** Largest response body, after decompression, of a request that names none. @default 10485760 */
  readonly maxBytes?: number;
  /** Redirects followed for a request that names none. @default 5 */
  readonly redirects?: number;
}

export interface EgressOptions {
  /** Entries of `CONV3N_EGRESS_ALLOW`: CIDR, address or host, each with an optional `:port`. @default [] */
  readonly allow?: readonly string[];
  readonly timers: Timers;
  /** @default the system's resolver */
  readonly resolve?: Resolver;
  readonly limits?: EgressLimits;
}

/** {@link EgressOptions} with every default filled in. */
export interface ResolvedEgressOptions {
  readonly allow: readonly string[];
  readonly timers: Timers;
  readonly resolve: Resolver;
  readonly limits: Required<EgressLimits>;
}

const defaults: Required<EgressLimits> = {
  connectTimeoutMs: 10_000,
  connectionsPerOrigin: 16,
  maxOrigins: 1024,
  keepAliveMs: 4000,
  timeoutMs: 30_000,
  maxBytes: 10 * 1024 * 1024,
  redirects: 5,
};

/** Fills in the defaults. */
export function resolveEgressOptions(options: EgressOptions): ResolvedEgressOptions {
  return Object.freeze({
    allow: options.allow ?? [],
    timers: options.timers,
    resolve: options.resolve ?? systemResolver,
    limits: Object.freeze({ ...defaults, ...options.limits }),
  });
}
