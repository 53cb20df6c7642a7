import { hasScope, type SchemaCheck, type SchemaCompiler, type Timers, toConv3nError } from '@conv3n/platform';
import { delay } from './delay.ts';
import { potterErrors } from './errors.ts';
import type { Middleware } from './middleware.ts';

/** `auth`: refuses a message whose scope the caller does not hold. A message without an entry needs none. */
export function authorizing(scopes: Readonly<Record<string, string>>): Middleware {
  return {
    name: 'auth',
    async run(call, next) {
      const scope = Object.hasOwn(scopes, call.type.name) ? scopes[call.type.name] : undefined;
      if (scope !== undefined && !hasScope(call.context.caller, scope)) {
        throw potterErrors.error('message_forbidden', `${call.type.name} needs the scope ${scope}.`);
      }
      return next(call);
    },
  };
}

/** `validate`: checks the input against the message's schema, compiled once. */
export function validating(compile: SchemaCompiler): Middleware {
  const checks = new Map<string, SchemaCheck>();
  return {
    name: 'validate',
    async run(call, next) {
      const { name, schema } = call.type;
      if (schema) {
        const check = checks.get(name) ?? compile(schema);
        checks.set(name, check);
        const violations = check(call.input);
        if (violations.length > 0) {
          throw potterErrors.error('message_invalid', `The input of ${name} does not match its schema.`, {
            violations,
          });
        }
      }
      return next(call);
    },
  };
}

export interface RetryingOptions {
  readonly timers: Timers;
  /** @default 3 @limit 10 */
  readonly maxAttempts?: number;
  /** Before the second attempt; doubles after each. @default 50 */
  readonly delayMs?: number;
}

/** `retry`: repeats a message after errors marked retryable, never others, and stops when the caller leaves. */
export function retrying({ timers, maxAttempts = 3, delayMs = 50 }: RetryingOptions): Middleware {
  const attempts = Math.min(maxAttempts, 10);
  return {
    name: 'retry',
    async run(call, next) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await next(call);
        } catch (error) {
          if (attempt >= attempts || !toConv3nError(error).retryable) throw error;
          await delay(timers, delayMs * 2 ** (attempt - 1), call.context.signal);
        }
      }
    },
  };
}
