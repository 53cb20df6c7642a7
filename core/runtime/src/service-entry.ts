import {
  type CallContext,
  type Conv3nError,
  type Log,
  type Platform,
  type SchemaCheck,
  toConv3nError,
} from '@conv3n/platform';
import { isThenable } from './bounded-wait.ts';
import { runtimeErrors } from './errors.ts';
import type { ServiceDescription, ServiceHandle, ServiceHandler } from './plugin.ts';

const defaultDeadlineMs = 30_000;

/** Counters of one service since its registration. */
export interface ServiceStats {
  readonly name: string;
  readonly owner: string;
  readonly calls: number;
  readonly errors: number;
  /** Handlers running now, abandoned ones included. */
  readonly running: number;
  /** Calls whose caller was let go before the handler ended. */
  readonly abandoned: number;
}

export interface ServiceEntryParts {
  readonly platform: Platform;
  readonly owner: string;
  readonly log: Log;
  readonly description: ServiceDescription;
  readonly handler: ServiceHandler<unknown, unknown>;
  readonly inputCheck: SchemaCheck | undefined;
  readonly outputCheck: SchemaCheck | undefined;
}

/** The caller's context under the service's own deadline, and the means to abort it. */
interface Narrowed {
  readonly context: CallContext;
  abort(reason: unknown): void;
  reason(): unknown;
}

/** The signal is made when first read, since most handlers that answer at once never do; it is an own property, so copies have it too. */
function narrow(outer: CallContext, deadline: number | undefined): Narrowed {
  let controller: AbortController | undefined;
  let reason: unknown;
  return {
    context: {
      caller: outer.caller,
      get signal() {
        if (!controller) {
          controller = new AbortController();
          if (reason !== undefined) controller.abort(reason);
        }
        return controller.signal;
      },
      ...(deadline !== undefined && { deadline }),
      ...(outer.trace && { trace: outer.trace }),
    },
    abort(why) {
      reason = why;
      controller?.abort(why);
    },
    reason: () => reason,
  };
}

/**
 * One registered service and the gate in front of its handler.
 *
 * I1 A caller waits no longer than its deadline, its signal or the life of the service, whatever the handler does.
 * I2 A handler that answers at once costs no timer and no listener; one that settles within a microtask neither.
 * I3 `concurrency` counts handlers until they really end, so abandoned ones keep their place.
 */
export class ServiceEntry implements ServiceHandle<unknown, unknown> {
  readonly #parts: ServiceEntryParts;
  readonly #limitMs: number;
  readonly #concurrency: number;
  readonly #waiting = new Set<(error: Conv3nError) => void>();
  #live = true;
  #calls = 0;
  #errors = 0;
  #running = 0;
  #abandoned = 0;

  constructor(parts: ServiceEntryParts) {
    this.#parts = parts;
    this.#limitMs = parts.description.deadlineMs ?? defaultDeadlineMs;
    this.#concurrency = parts.description.concurrency ?? Number.POSITIVE_INFINITY;
  }

  get description(): ServiceDescription {
    return this.#parts.description;
  }

  get owner(): string {
    return this.#parts.owner;
  }

  call(input: unknown, context: CallContext): Promise<unknown> {
    try {
      return Promise.resolve(this.invoke(input, context));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  invoke(input: unknown, context: CallContext): unknown {
    this.#calls += 1;
    const { platform, handler, inputCheck } = this.#parts;
    if (!this.#live) throw this.#counted(this.#unavailable());
    if (context.signal.aborted) throw this.#counted(this.#cancelled(context.signal));
    const now = platform.clock.now();
    if (context.deadline !== undefined && context.deadline <= now) throw this.#counted(this.#late());
    if (this.#running >= this.#concurrency) throw this.#counted(this.#overloaded());
    if (inputCheck) {
      const violations = inputCheck(input);
      if (violations.length > 0) throw this.#counted(this.#invalid('invalid_input', 'input', violations));
    }
    const own = this.#limitMs === 0 ? undefined : now + this.#limitMs;
    const deadline = own === undefined || (context.deadline ?? own) < own ? context.deadline : own;
    const narrowed = narrow(context, deadline);
    this.#running += 1;
    let result: unknown;
    try {
      result = handler(input, narrowed.context);
    } catch (error) {
      this.#running -= 1;
      throw this.#counted(toConv3nError(error));
    }
    if (isThenable(result)) return this.#wait(result, narrowed, context.signal, deadline);
    this.#running -= 1;
    return this.#answer(result);
  }

  /** Ends the service: waiting callers get `service_unavailable`, handlers an abort. */
  end(): void {
    this.#live = false;
    for (const release of Array.from(this.#waiting)) release(this.#unavailable());
  }

  stats(): ServiceStats {
    return {
      name: this.description.name,
      owner: this.owner,
      calls: this.#calls,
      errors: this.#errors,
      running: this.#running,
      abandoned: this.#abandoned,
    };
  }

  #answer(value: unknown): unknown {
    const violations = this.#parts.outputCheck?.(value) ?? [];
    if (violations.length > 0) throw this.#counted(this.#invalid('invalid_output', 'answer', violations));
    return value;
  }

  #counted(error: Conv3nError): Conv3nError {
    this.#errors += 1;
    return error;
  }

  #wait(
    result: PromiseLike<unknown>,
    narrowed: Narrowed,
    caller: AbortSignal,
    deadline: number | undefined,
  ): Promise<unknown> {
    const { platform, log } = this.#parts;
    return new Promise((resolve, reject) => {
      let open = true;
      let cancelTimer: (() => void) | undefined;
      const close = (): void => {
        open = false;
        cancelTimer?.();
        caller.removeEventListener('abort', onAbort);
        this.#waiting.delete(release);
      };
      const release = (error: Conv3nError): void => {
        close();
        this.#abandoned += 1;
        this.#errors += 1;
        reject(error);
        narrowed.abort(error);
      };
      const onAbort = (): void => release(this.#cancelled(caller));
      result.then(
        (value) => {
          this.#running -= 1;
          if (!open) return;
          close();
          try {
            resolve(this.#answer(value));
          } catch (error) {
            reject(error);
          }
        },
        (error: unknown) => {
          this.#running -= 1;
          if (open) {
            close();
            this.#errors += 1;
            reject(toConv3nError(error));
          } else if (error !== narrowed.reason()) {
            log.write('debug', 'service failed after its caller was let go', { service: this.description.name, error });
          }
        },
      );
      queueMicrotask(() => {
        if (!open) return;
        if (!this.#live) return release(this.#unavailable());
        if (caller.aborted) return onAbort();
        this.#waiting.add(release);
        caller.addEventListener('abort', onAbort);
        if (deadline === undefined) return;
        cancelTimer = platform.timers.after(deadline - platform.clock.now(), () => release(this.#late()));
      });
    });
  }

  #unavailable(): Conv3nError {
    const { name } = this.description;
    return runtimeErrors.error('service_unavailable', `The service "${name}" was removed. Resolve it again and retry.`);
  }

  #cancelled(signal: AbortSignal): Conv3nError {
    return runtimeErrors.error(
      'call_cancelled',
      `The call of "${this.description.name}" was cancelled by its caller.`,
      {
        cause: signal.reason,
      },
    );
  }

  #late(): Conv3nError {
    const { name } = this.description;
    return runtimeErrors.error(
      'service_timeout',
      `The call of "${name}" passed its deadline. Allow more time or retry.`,
    );
  }

  #overloaded(): Conv3nError {
    return runtimeErrors.error(
      'service_overloaded',
      `The service "${this.description.name}" runs ${this.#concurrency} calls already. Retry later.`,
    );
  }

  #invalid(
    code: 'invalid_input' | 'invalid_output',
    what: string,
    violations: NonNullable<Conv3nError['violations']>,
  ): Conv3nError {
    return runtimeErrors.error(
      code,
      `The ${what} of "${this.description.name}" does not match its schema. See the violations.`,
      {
        violations,
      },
    );
  }
}
