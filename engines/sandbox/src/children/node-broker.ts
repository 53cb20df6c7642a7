import type { Frame } from '../frame.ts';
import type { ChildChannel } from './channel.ts';

/** Who waits for the reply to a request, by its number. */
export type RequestWaiters = Map<number, (frame: Frame) => void>;

const maxOpen = 1000;

/** Secrets and network of Node code: each request goes to the parent, which checks it. */
export function brokered(channel: ChildChannel, callId: number, waiters: RequestWaiters) {
  let next = 0;
  const ask = (op: string, info: object, body?: Uint8Array): Promise<{ info: Record<string, unknown>; body: Buffer }> =>
    new Promise((resolve, reject) => {
      if (waiters.size >= maxOpen) throw new RangeError('Too many requests are open at once.');
      next += 1;
      waiters.set(next, (frame) => {
        const reply = frame.head['info'] as Record<string, unknown>;
        if (frame.head['ok'] === true) resolve({ info: reply, body: frame.body });
        else reject(Object.assign(new Error(String(reply['message'])), { code: reply['code'], name: 'SandboxError' }));
      });
      channel.request(callId, { request: next, op, hasBody: body !== undefined, info }, body);
    });
  return {
    async secret(name: string): Promise<unknown> {
      return (await ask('secret', { name: String(name) })).info['value'];
    },
    async fetch(resource: string | URL | Request, options?: RequestInit): Promise<Response> {
      const request = new Request(resource, options);
      const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
      const headers = Object.fromEntries(request.headers);
      const reply = await ask('fetch', { url: request.url, method: request.method, headers }, body);
      const status = Number(reply.info['status']);
      const empty = [101, 204, 205, 304].includes(status);
      return new Response(empty ? null : Uint8Array.from(reply.body), {
        status,
        headers: reply.info['headers'] as Record<string, string>,
      });
    },
  };
}
