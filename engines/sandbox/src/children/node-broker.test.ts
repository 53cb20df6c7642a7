import { expect, it } from 'vitest';
import type { ChildChannel } from './channel.ts';
import { brokered, type RequestWaiters } from './node-broker.ts';

interface Sent {
  readonly request: number;
  readonly op: string;
  readonly info: Record<string, unknown>;
}

/** A parent that answers each request with what `reply` gives. */
const withParent = (reply: (sent: Sent, body: string) => { ok: boolean; info: object; body?: string }) => {
  const waiters: RequestWaiters = new Map();
  const channel: ChildChannel = {
    answer: () => {},
    parked: () => {},
    request: (id, head, body) => {
      const sent = head as Sent;
      const { ok, info, body: text = '' } = reply(sent, Buffer.from(body ?? []).toString());
      queueMicrotask(() => {
        const waiter = waiters.get(sent.request);
        waiters.delete(sent.request);
        waiter?.({ kind: 3, id, head: { ok, info }, body: Buffer.from(text) });
      });
    },
  };
  return brokered(channel, 1, waiters);
};

it('sends a request as the parent expects it and gives a Response', async () => {
  const { fetch } = withParent((sent, body) => ({
    ok: true,
    info: { status: 201, headers: { 'x-op': sent.op } },
    body: `${sent.info['method']} ${sent.info['url']} ${body}`,
  }));
  const response = await fetch('https://a.example.com/x', { method: 'POST', body: 'hi' });
  expect([response.status, response.headers.get('x-op'), await response.text()]).toEqual([
    201,
    'fetch',
    'POST https://a.example.com/x hi',
  ]);
});

it('gives a Response without a body where the status has none', async () => {
  const { fetch } = withParent(() => ({ ok: true, info: { status: 204, headers: {} } }));
  expect((await fetch('https://a.example.com/')).body).toBe(null);
});

it('turns a refusal into an error with its code', async () => {
  const { secret } = withParent(() => ({ ok: false, info: { code: 'secret_not_found', message: 'None.' } }));
  await expect(secret('T')).rejects.toMatchObject({ code: 'secret_not_found', message: 'None.' });
});
