import { type CallContext, Conv3nError, systemCaller } from '@conv3n/platform';
import { describe, expect, test } from 'vitest';
import { commandBus } from './command-bus.ts';
import { handles } from './message-bus.ts';
import { defineCommand, defineEvent, defineQuery } from './messages.ts';
import type { Middleware } from './middleware.ts';
import { queryBus } from './query-bus.ts';
import { authorizing, retrying, validating } from './standard-middleware.ts';
import { immediateTimers } from './testing/immediate-timers.ts';

const context: CallContext = { caller: systemCaller, signal: new AbortController().signal };
const Double = defineCommand<number, number>('number.double', { schema: { type: 'number' } });
const Greeting = defineQuery<{ name: string }, string>('greeting');
const refusal = (code: string, text = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });
const tracing = (name: string, seen: string[]): Middleware => ({
  name,
  run: async (call, next) => {
    seen.push(`${name} in`);
    const result = await next(call);
    seen.push(`${name} out`);
    return result;
  },
});

describe('buses', () => {
  test('a message reaches its handler and brings back a typed result', async () => {
    const commands = commandBus({ handlers: [handles(Double, (n) => n * 2)] });
    const queries = queryBus({ handlers: [handles(Greeting, async ({ name }) => `Hello ${name}`)] });
    const doubled: number = await commands.send(Double, 21, context);
    const greeting: string = await queries.ask(Greeting, { name: 'Ada' }, context);
    expect([doubled, greeting]).toEqual([42, 'Hello Ada']);
  });

  test('an unknown message, two handlers of one message and a late message are refused', async () => {
    const bus = commandBus({ handlers: [] });
    await expect(bus.send(Double, 1, context)).rejects.toEqual(refusal('unknown_command', 'number.double'));
    await expect(queryBus({ handlers: [] }).ask(Greeting, { name: '' }, context)).rejects.toEqual(
      refusal('unknown_query'),
    );
    const twice = [handles(Double, (n) => n), handles(Double, (n) => n)];
    expect(() => commandBus({ handlers: twice })).toThrow(refusal('invalid_pipeline', 'two handlers'));
    await bus.close(context.signal);
    await expect(bus.send(Double, 1, context)).rejects.toEqual(refusal('bus_closed'));
    expect(await queryBus({ handlers: [] }).close(context.signal)).toEqual({ abandoned: 0 });
  });

  test('a caller that has left starts nothing', async () => {
    const bus = commandBus({ handlers: [handles(Double, () => expect.unreachable())] });
    const left = { ...context, signal: AbortSignal.abort(new Error('left')) };
    await expect(bus.send(Double, 1, left)).rejects.toThrow('left');
  });

  test('closing waits for running messages, at most until its signal aborts, and tells what it abandoned', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const bus = commandBus({ handlers: [handles(Double, () => promise)] });
    const running = bus.send(Double, 1, context);
    expect(await bus.close(AbortSignal.abort())).toEqual({ abandoned: 1 });
    const controller = new AbortController();
    const waiting = bus.close(controller.signal);
    resolve(7);
    expect(await waiting).toEqual({ abandoned: 0 });
    expect(await running).toBe(7);
  });

  test('a signal that aborts later ends the wait', async () => {
    const bus = commandBus({ handlers: [handles(Double, () => new Promise<number>(() => {}))] });
    bus.send(Double, 1, context).catch(() => expect.unreachable());
    const controller = new AbortController();
    const closing = bus.close(controller.signal);
    controller.abort();
    expect(await closing).toEqual({ abandoned: 1 });
  });
});

describe('middleware', () => {
  test('runs in the declared order whatever the order of registration', async () => {
    const seen: string[] = [];
    const middleware = ['retry', 'trace', 'validate'].map((name) => tracing(name, seen));
    const bus = commandBus({ handlers: [handles(Double, (n) => n * 2)], middleware });
    await bus.send(Double, 1, context);
    expect(seen).toEqual(['trace in', 'validate in', 'retry in', 'retry out', 'validate out', 'trace out']);
  });

  test('a doubled or unplaced name fails when the bus is built', () => {
    const build = (names: string[], order?: string[]) => () =>
      commandBus({ handlers: [], middleware: names.map((name) => tracing(name, [])), ...(order && { order }) });
    expect(build(['trace', 'trace'])).toThrow(refusal('invalid_pipeline', 'twice'));
    expect(build(['audit'])).toThrow(refusal('invalid_pipeline', 'no place'));
    expect(build(['audit'], ['trace', 'audit'])).not.toThrow();
  });

  test('authorising checks the scope of the caller', async () => {
    const bus = commandBus({
      handlers: [handles(Double, (n) => n * 2)],
      middleware: [authorizing({ 'number.double': 'math' })],
    });
    const as = (...scopes: string[]) => ({ ...context, caller: { subject: 'user:1', scopes: new Set(scopes) } });
    expect(await bus.send(Double, 2, as('math'))).toBe(4);
    await expect(bus.send(Double, 2, as('other'))).rejects.toEqual(refusal('message_forbidden', 'math'));
  });

  test('validating refuses an input with its violations and compiles a schema once', async () => {
    let compiled = 0;
    const compile = () => {
      compiled += 1;
      return (value: unknown) =>
        typeof value === 'number' ? [] : [{ path: '', code: 'type', message: 'must be a number' }];
    };
    const bus = commandBus({ handlers: [handles(Double, (n) => n * 2)], middleware: [validating(compile)] });
    expect(await bus.send(Double, 2, context)).toBe(4);
    await expect(bus.send(Double, 'two' as unknown as number, context)).rejects.toMatchObject({
      code: 'message_invalid',
      violations: [{ code: 'type' }],
    });
    expect(compiled).toBe(1);
  });

  test('retrying repeats after retryable errors only, with growing delays, and stops at its limit', async () => {
    const timers = immediateTimers();
    let calls = 0;
    const fail = (retryable: boolean) => {
      calls += 1;
      throw new Conv3nError('broken', 'Broken.', { retryable });
    };
    const bus = (retryable: boolean) =>
      commandBus({
        handlers: [handles(Double, () => fail(retryable))],
        middleware: [retrying({ timers, maxAttempts: 4 })],
      });
    await expect(bus(true).send(Double, 1, context)).rejects.toEqual(refusal('broken'));
    expect([calls, timers.delays]).toEqual([4, [50, 100, 200]]);
    calls = 0;
    await expect(bus(false).send(Double, 1, context)).rejects.toEqual(refusal('broken'));
    expect(calls).toBe(1);
  });

  test('retrying stops when the caller leaves', async () => {
    const controller = new AbortController();
    const timers = { after: () => () => {} };
    const bus = commandBus({
      handlers: [
        handles(Double, () => {
          queueMicrotask(() => queueMicrotask(() => controller.abort(new Error('left'))));
          throw new Conv3nError('busy', 'Busy.', { kind: 'unavailable' });
        }),
      ],
      middleware: [retrying({ timers })],
    });
    await expect(bus.send(Double, 1, { ...context, signal: controller.signal })).rejects.toThrow('left');
  });
});

test('an event type makes events and recognises them', () => {
  const Placed = defineEvent<{ total: number }>()('OrderPlaced');
  const event = Placed.make({ total: 3 });
  expect(event).toEqual({ type: 'OrderPlaced', data: { total: 3 } });
  expect([Placed.is(event), Placed.is({ type: 'Other' })]).toEqual([true, false]);
});
