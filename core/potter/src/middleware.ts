import type { CallContext } from '@conv3n/platform';
import { potterErrors } from './errors.ts';
import type { MessageType } from './messages.ts';

/** One message on its way to its handler. */
export interface MessageCall {
  readonly type: MessageType<'command' | 'query', never, unknown>;
  readonly input: unknown;
  readonly context: CallContext;
}

/** A station every message of a bus passes. Its place comes from its name, not from the moment it was added. */
export interface Middleware {
  readonly name: string;
  /** Calls `next` as often as it wants, with the same or a changed call, and returns the result. */
  run(call: MessageCall, next: (call: MessageCall) => Promise<unknown>): Promise<unknown>;
}

/** The usual order, outermost first. */
export const standardOrder: readonly string[] = Object.freeze([
  'trace',
  'auth',
  'validate',
  'idempotency',
  'timeout',
  'retry',
  'breaker',
  'transaction',
]);

/** Sorts middleware into `order`, outermost first. @throws Conv3nError `invalid_pipeline` for doubled or unplaced names */
export function arrange(middleware: readonly Middleware[], order: readonly string[]): readonly Middleware[] {
  const names = middleware.map(({ name }) => name);
  for (const name of names) {
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      throw potterErrors.error('invalid_pipeline', `Middleware "${name}" is given twice. Give each name once.`);
    }
    if (!order.includes(name)) {
      throw potterErrors.error(
        'invalid_pipeline',
        `Middleware "${name}" has no place. The order is ${order.join(', ')}; pass an order that contains it.`,
      );
    }
  }
  return middleware.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/** One function out of the arranged middleware and what they wrap. */
export function compose(
  arranged: readonly Middleware[],
  last: (call: MessageCall) => Promise<unknown>,
): (call: MessageCall) => Promise<unknown> {
  return arranged.reduceRight((next, middleware) => (call) => middleware.run(call, next), last);
}
