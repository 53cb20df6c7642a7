/** Who calls: identity comes from a verified credential only, never from a request body. */
export interface Caller {
  /** Stable id such as `user:...`, `key:...`, `plugin:...` or `system`. */
  readonly subject: string;
  /** Scopes as in the contract, section 4; `admin` implies all. */
  readonly scopes: ReadonlySet<string>;
}

/** W3C trace context of a call. */
export interface Trace {
  readonly traceparent: string;
}

/**
 * What travels with every call, explicitly: who, until when, whether still wanted, and the trace.
 * Made at a border (HTTP, command line, timer), narrowed on the way down, never widened.
 */
export interface CallContext {
  readonly caller: Caller;
  /** Aborts when the caller left, the deadline passed or the owner stops. */
  readonly signal: AbortSignal;
  /** Milliseconds since the Unix epoch; absent means no deadline. */
  readonly deadline?: number;
  readonly trace?: Trace;
}

/** True when the caller holds `scope` or `admin`. */
export function hasScope(caller: Caller, scope: string): boolean {
  return caller.scopes.has(scope) || caller.scopes.has('admin');
}

/** The caller used for work the house starts by itself. */
export const systemCaller: Caller = Object.freeze({ subject: 'system', scopes: new Set(['admin']) });
