import type { EgressFetch, SecretResolver } from './code.ts';
import { sandboxErrors } from './errors.ts';

/** Options of {@link createSandbox}. Durations in milliseconds, sizes in bytes. */
export interface SandboxOptions {
  /** Network of user code. Without it code has none. */
  readonly egress?: EgressFetch;
  /** Secrets of user code. Without it code has none. */
  readonly secrets?: SecretResolver;
  /** Child processes per pool (code, Node code, SQL, queries), 1 to 64. @default 2 */
  readonly maxChildren?: number;
  /** Calls that wait per pool. @default 1000 */
  readonly maxQueue?: number;
  /** How long a call waits for a free child. @default 30 s */
  readonly maxQueueMs?: number;
  /** An unused child ends after this. @default 60 s */
  readonly idleMs?: number;
  /** @default 30 s */
  readonly codeTimeoutMs?: number;
  /** @default 64 MiB */
  readonly codeMemoryBytes?: number;
  /** JSON of a result. @default 10 MiB */
  readonly maxOutputBytes?: number;
  /** Body of a response to user code. @default 10 MiB */
  readonly maxResponseBytes?: number;
  /** Resident memory of one child. @default 1 GiB */
  readonly maxChildBytes?: number;
  /** Namespaces for Node code: `auto` uses what the host allows. @default 'auto' */
  readonly namespaces?: 'auto' | 'off';
}

/** All options with their values. */
export type ResolvedSandboxOptions = Required<Omit<SandboxOptions, 'egress' | 'secrets'>> &
  Pick<SandboxOptions, 'egress' | 'secrets'> & {
    /** What a child gets beyond a call's limit before it is killed. */
    readonly graceMs: number;
  };

const mib = 1024 * 1024;

/** Fills in the defaults. @throws Conv3nError `invalid_sandbox_options` */
export function resolveSandboxOptions(options: SandboxOptions = {}): ResolvedSandboxOptions {
  const resolved = {
    maxChildren: 2,
    maxQueue: 1000,
    maxQueueMs: 30_000,
    idleMs: 60_000,
    codeTimeoutMs: 30_000,
    codeMemoryBytes: 64 * mib,
    maxOutputBytes: 10 * mib,
    maxResponseBytes: 10 * mib,
    maxChildBytes: 1024 * mib,
    namespaces: 'auto' as const,
    graceMs: 250,
    ...options,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === 'number' && !(Number.isFinite(value) && value > 0)) {
      throw sandboxErrors.error('invalid_sandbox_options', `${name} is ${value}. Give a positive number.`);
    }
  }
  if (resolved.maxChildren > 64) {
    throw sandboxErrors.error('invalid_sandbox_options', `maxChildren is ${resolved.maxChildren}. Give 1 to 64.`);
  }
  return Object.freeze(resolved);
}
