import type { CallContext, Conv3nError } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import type { MessageType } from './messages.ts';
import { arrange, compose, type MessageCall, type Middleware, standardOrder } from './middleware.ts';

type Kind = 'command' | 'query';

/** A message with what answers it. Made by {@link handles}, which checks the types. */
export interface Registration<K extends Kind> {
  readonly type: MessageType<K, never, unknown>;
  handle(input: unknown, context: CallContext): unknown;
}

/** Binds a handler to its message; input and result are checked by the compiler. */
export function handles<K extends Kind, Input, Result>(
  type: MessageType<K, Input, Result>,
  handle: (input: Input, context: CallContext) => Promise<Result> | Result,
): Registration<K> {
  return { type, handle: (input, context) => handle(input as Input, context) };
}

export interface BusOptions<K extends Kind> {
  readonly handlers: readonly Registration<K>[];
  readonly middleware?: readonly Middleware[];
  /** Names of middleware, outermost first. @default standardOrder */
  readonly order?: readonly string[];
}

/** What {@link MessageBus.close} left behind. */
export interface BusClosed {
  /** Messages still running when the signal aborted. */
  readonly abandoned: number;
}

/** Sends messages of one kind through the middleware to their only handler. Complete when built; nothing is added later. */
export class MessageBus<K extends Kind> {
  readonly #handlers = new Map<string, Registration<K>>();
  readonly #run: (call: MessageCall) => Promise<unknown>;
  readonly #unknown: 'unknown_command' | 'unknown_query';
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  /** @throws Conv3nError `invalid_pipeline` */
  constructor(kind: K, { handlers, middleware = [], order = standardOrder }: BusOptions<K>) {
    this.#unknown = kind === 'command' ? 'unknown_command' : 'unknown_query';
    for (const registration of handlers) {
      const { name } = registration.type;
      if (this.#handlers.has(name)) {
        throw potterErrors.error('invalid_pipeline', `The ${kind} "${name}" has two handlers. Register one.`);
      }
      this.#handlers.set(name, registration);
    }
    this.#run = compose(arrange(middleware, order), async (call) =>
      (this.#handlers.get(call.type.name) as Registration<K>).handle(call.input, call.context),
    );
  }

  /** @throws Conv3nError `unknown_command` or `unknown_query`, `bus_closed`, what middleware and handler throw, or the signal's reason */
  async dispatch<Input, Result>(
    type: MessageType<K, Input, Result>,
    input: Input,
    context: CallContext,
  ): Promise<Result> {
    if (this.#closed) throw potterErrors.error('bus_closed', `The bus is closing and takes no ${type.name}.`);
    context.signal.throwIfAborted();
    if (!this.#handlers.has(type.name)) throw this.#unknownMessage(type.name);
    const running = this.#run({ type: type as MessageType<K, never, unknown>, input, context });
    this.#running.add(running);
    try {
      return (await running) as Result;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Takes no more messages and waits for those running, at most until the signal aborts. */
  async close(signal: AbortSignal): Promise<BusClosed> {
    this.#closed = true;
    if (this.#running.size > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => resolve();
        signal.addEventListener('abort', done, { once: true });
        Promise.allSettled(this.#running).then(() => {
          signal.removeEventListener('abort', done);
          resolve();
        });
      });
    }
    return { abandoned: this.#running.size };
  }

  #unknownMessage(name: string): Conv3nError {
    return potterErrors.error(this.#unknown, `Nothing handles "${name}". Register a handler when the bus is built.`);
  }
}
