import type { ChildExit } from './child-link.ts';

/** What the parent answers to a request of a child: head and body of the reply frame. */
export interface RequestReply {
  readonly head: object;
  readonly body?: Uint8Array | string;
}

/** One call for a {@link ChildPool}. */
export interface PoolCall {
  readonly head: object;
  readonly body: string | Uint8Array;
  /** Time limit from the moment the child begins, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Answers what the child asks for on behalf of this call. Never rejects. */
  readonly onRequest?: (
    head: Readonly<Record<string, unknown>>,
    body: Buffer,
    signal: AbortSignal,
  ) => Promise<RequestReply>;
  /** False once the call had an effect outside; only replayable calls move to another child when theirs dies. */
  readonly replayable: () => boolean;
}

/** How a call of a pool ended. */
export type PoolOutcome =
  | { readonly kind: 'answered'; readonly head: Readonly<Record<string, unknown>>; readonly body: Buffer }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'crashed'; readonly exit: ChildExit };

/** A call inside the pool, from admission to its one settlement. */
export class PoolEntry {
  /** Known to one child; a call that moves to another child gets a new one, so late frames of the old one are ignored. */
  id = 0;
  readonly call: PoolCall;
  readonly queuedAt: number;
  /** When its child began it, as far as this side can tell; undefined while it waits behind another call. */
  startedAt: number | undefined;
  /** True while it awaits a timer or a reply and uses no processor. */
  parked = false;
  abortedAt: number | undefined;
  replays = 0;
  readonly requests = new AbortController();
  private readonly resolve: (outcome: PoolOutcome) => void;
  private readonly onAbort: (() => void) | undefined;
  private settled = false;

  constructor(
    call: PoolCall,
    now: number,
    resolve: (outcome: PoolOutcome) => void,
    onAbort: (entry: PoolEntry) => void,
  ) {
    this.call = call;
    this.queuedAt = now;
    this.resolve = resolve;
    if (call.signal) {
      this.onAbort = () => onAbort(this);
      call.signal.addEventListener('abort', this.onAbort, { once: true });
    }
  }

  settle(outcome: PoolOutcome): void {
    if (this.settled) return;
    this.settled = true;
    if (this.onAbort) this.call.signal?.removeEventListener('abort', this.onAbort);
    if (outcome.kind !== 'answered') this.requests.abort();
    this.resolve(outcome);
  }
}
