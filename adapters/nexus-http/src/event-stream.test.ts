import { connect, type Socket } from 'node:net';
import { reply, type StreamEvent } from '@conv3n/nexus';
import { Conv3nError } from '@conv3n/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { openHouse, schema } from '../test/house.ts';
import { formatEvent } from './event-stream.ts';

const houses: Awaited<ReturnType<typeof openHouse>>[] = [];
afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.close()));
});

async function open(options: Parameters<typeof openHouse>[0] = {}) {
  const house = await openHouse(options);
  houses.push(house);
  return house;
}

const input = schema({ type: 'object', properties: { last_event_id: { type: 'string' } } });
const http = {
  method: 'GET',
  path: '/follow',
  accept: 'text/event-stream',
  headers: { last_event_id: 'Last-Event-ID' },
} as const;
const follow = { id: 'things.follow', input, event: {}, http } as const;
const events = { accept: 'text/event-stream' };

async function* count(from: number, to: number): AsyncGenerator<StreamEvent> {
  for (let version = from; version <= to; version += 1)
    yield { id: String(version), event: 'counted', data: { version } };
}

function openSocket(port: number): Promise<{ socket: Socket; until(pattern: RegExp): Promise<string> }> {
  let text = '';
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  const until = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text)) await new Promise((resolve) => socket.once('data', resolve));
    return text;
  };
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.write('GET /api/v1/follow HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
      resolve({ socket, until });
    });
  });
}

describe('an event stream', () => {
  it('sends events with ids and ends with the event end', async () => {
    const house = await open();
    house.add(follow, () => reply({ stream: count(1, 2) }));
    const { headers, text } = await house.send({ path: '/api/v1/follow', headers: events });
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-server-version': '1.2.3',
    });
    expect(text).toBe(
      'retry: 2000\n\nid: 1\nevent: counted\ndata: {"version":1}\n\nid: 2\nevent: counted\ndata: {"version":2}\n\nevent: end\ndata: {}\n\n',
    );
  });

  it('answers a request with a body too', async () => {
    const house = await open();
    const post = { method: 'POST', path: '/start' } as const;
    house.add({ id: 'things.start', event: {}, http: post }, () => reply({ stream: () => count(1, 1) }));
    const { text } = await house.send({ method: 'POST', path: '/api/v1/start', body: '{}', headers: events });
    expect(text).toContain('id: 1');
    expect(text).toContain('event: end');
  });

  it('resumes after the last event a client has seen', async () => {
    const house = await open();
    house.add<{ last_event_id?: string }>(follow, ({ last_event_id = '0' }) =>
      reply({ stream: () => count(Number(last_event_id) + 1, 3) }),
    );
    const { text } = await house.send({ path: '/api/v1/follow', headers: { ...events, 'last-event-id': '2' } });
    expect(text.match(/^id: .*$/gm)).toEqual(['id: 3']);
  });

  it('does not repeat an end the operation sent itself', async () => {
    const house = await open();
    house.add(follow, () =>
      reply({
        stream: (async function* () {
          yield { event: 'end', data: { why: 'done' } };
        })(),
      }),
    );
    const { text } = await house.send({ path: '/api/v1/follow', headers: events });
    expect(text.match(/event: end/g)).toHaveLength(1);
  });

  it('tells a failure in the middle as an error event, without what callers must not see', async () => {
    const house = await open();
    let thrown: unknown = new Conv3nError('gone', 'It is gone.', { kind: 'not_found' });
    house.add(follow, () =>
      reply({
        stream: (async function* () {
          yield* count(1, 1);
          throw thrown;
        })(),
      }),
    );
    const expected = await house.send({ path: '/api/v1/follow', headers: events });
    expect(expected.text).toContain('event: error\ndata: {"error":{"code":"gone"');
    thrown = new Error('hunter2');
    const { text } = await house.send({ path: '/api/v1/follow', headers: events });
    expect(text).toContain('"code":"internal_error"');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('event: end');
  });

  it('answers an error before the first event as an ordinary failure', async () => {
    const house = await open();
    house.add(follow, () => {
      throw new Conv3nError('gone', 'It is gone.', { kind: 'not_found' });
    });
    const { status, json } = await house.send({ path: '/api/v1/follow', headers: events });
    expect([status, json.error?.code]).toEqual([404, 'gone']);
  });

  it('keeps an idle connection alive with comments', async () => {
    const house = await open({ nexus: { events: { keepAliveMs: 5 } } });
    const { promise, resolve } = Promise.withResolvers<void>();
    house.add(follow, () =>
      reply({
        stream: (async function* () {
          await promise;
          yield* count(1, 1);
        })(),
      }),
    );
    const { socket, until } = await openSocket(house.port);
    await until(/: keep-alive\n\n[\s\S]*: keep-alive\n\n/);
    resolve();
    await until(/event: end/);
    socket.destroy();
  });

  it("aborts the stream's signal when the client leaves, also while it waits", async () => {
    const house = await open();
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const waiting = async function* (signal: AbortSignal): AsyncGenerator<StreamEvent> {
      yield* count(1, 1);
      signal.addEventListener('abort', () => resolve());
      await aborted;
    };
    house.add(follow, () => reply({ stream: waiting }));
    const { socket, until } = await openSocket(house.port);
    await until(/id: 1/);
    socket.destroy();
    await aborted;
  });

  it('returns the iterator of a plain stream when the client leaves', async () => {
    const house = await open();
    const { promise: returned, resolve } = Promise.withResolvers<void>();
    const stream: AsyncIterable<StreamEvent> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: async () => {
          resolve();
          return { done: true, value: undefined };
        },
      }),
    };
    house.add(follow, () => reply({ stream }));
    const { socket, until } = await openSocket(house.port);
    await until(/retry/);
    socket.destroy();
    await returned;
  });

  it("aborts the handler's own signal when a follower leaves before the first event", async () => {
    const house = await open();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    house.add(follow, async (_input, { signal }) => {
      start();
      await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
      resolve();
    });
    const { socket } = await openSocket(house.port);
    await started;
    socket.destroy();
    await aborted;
  });

  it('cuts a client that does not read, and pulls no more events for it', async () => {
    const house = await open({ nexus: { events: { stallMs: 30 } } });
    const { promise: ended, resolve } = Promise.withResolvers<number>();
    const big = 'x'.repeat(100_000);
    const endless = async function* (): AsyncGenerator<StreamEvent> {
      let pulled = 0;
      try {
        while (true) {
          pulled += 1;
          yield { event: 'big', data: big };
        }
      } finally {
        resolve(pulled);
      }
    };
    house.add(follow, () => reply({ stream: endless }));
    const socket = connect(house.port, '127.0.0.1', () => {
      socket.pause();
      socket.write('GET /api/v1/follow HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
    });
    socket.on('error', () => socket.destroy());
    expect(await ended).toBeLessThan(1000);
    socket.destroy();
  });

  it('ends without an end event when the server drains, so that clients come back', async () => {
    const house = await open();
    const endless = (signal: AbortSignal): AsyncIterable<StreamEvent> =>
      (async function* () {
        yield* count(1, 1);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      })();
    house.add(follow, () => reply({ stream: endless }));
    const { socket, until } = await openSocket(house.port);
    const text = await until(/id: 1/);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await house.server.close();
    await closed;
    expect(text).not.toContain('event: end');
  });
});

it('keeps line breaks out of names and ids', () => {
  expect(formatEvent({ id: 'a\nb', event: 'c\r\nd', data: 'x\ny' })).toBe('id: a b\nevent: c  d\ndata: "x\\ny"\n\n');
});
