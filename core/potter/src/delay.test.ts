import { expect, test } from 'vitest';
import { delay } from './delay.ts';
import { immediateTimers } from './testing/immediate-timers.ts';

test('a delay ends with its timer', async () => {
  const timers = immediateTimers();
  await delay(timers, 30, new AbortController().signal);
  expect(timers.delays).toEqual([30]);
});

test('an aborted signal ends a delay with its reason and cancels the timer', async () => {
  let cancelled = 0;
  const timers = { after: () => () => cancelled++ };
  const controller = new AbortController();
  const waiting = delay(timers, 30, controller.signal);
  controller.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
  await expect(delay(timers, 30, controller.signal)).rejects.toThrow('left');
  expect(cancelled).toBe(1);
});
