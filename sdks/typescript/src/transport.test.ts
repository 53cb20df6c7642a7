import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from './client.gen.ts';
import { Conv3nApiError } from './errors.ts';
import type { ClientOptions } from './transport.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Handler = (
  request: IncomingMessage & { readonly text: string },
  response: ServerResponse,
  attempt: number,
) => void;

/** A server that answers each request by its turn. */
async function serve(handler: Handler, options: ClientOptions = {}) {
  const seen: { readonly line: string; readonly headers: IncomingMessage['headers']; readonly text: string }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, text });
      handler(Object.assign(request, { text }), response, seen.length);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, client: createClient({ baseUrl: `http://127.0.0.1:${port}/`, retry: { baseMs: 1 }, ...options }) };
}

const metadata = { request_id: 'r-1' };
const data = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ data: value, metadata }));
const fail = (response: ServerResponse, status: number, error: object, headers = {}) =>
  response.writeHead(status, headers).end(JSON.stringify({ error: { message: 'No.', kind: 'x', ...error }, metadata }));

describe('a call', () => {
  it('sends credential, version and body, and answers the data', async () => {
    const { client, seen } = await serve((_request, response) => data(response, { id: 'w1' }, 201), {
      apiKey: async () => 'secret',
    });
    expect(await client.workflows.create({ workflow: { name: 'a' }, publish: true })).toEqual({ id: 'w1' });
    expect(seen[0]).toMatchObject({
      line: 'POST /api/v1/workflows?publish=true',
      text: '{"name":"a"}',
      headers: { authorization: 'Bearer secret', 'x-protocol-version': '3.0.0', accept: 'application/json' },
    });
  });

  it('answers nothing for 204', async () => {
    const { client } = await serve((_request, response) => response.writeHead(204).end());
    expect(await client.workflows.delete({ id: 'a' })).toBeUndefined();
  });

  it('throws the error of the envelope', async () => {
    const violations = [{ path: 'name', code: 'required', message: 'Missing.' }];
    const { client } = await serve((_request, response) =>
      fail(response, 400, { code: 'validation_failed', retryable: false, violations, details: { a: 1 } }),
    );
    const error = await client.workflows.create({ workflow: {} }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Conv3nApiError);
    expect(error).toMatchObject({
      code: 'validation_failed',
      status: 400,
      retryable: false,
      violations,
      details: { a: 1 },
      requestId: 'r-1',
      message: 'No.',
    });
  });

  it('throws unexpected_response for what is no envelope', async () => {
    const { client } = await serve((_request, response) =>
      response.writeHead(404, { 'x-request-id': 'h' }).end('<html>'),
    );
    await expect(client.workflows.get({ id: 'a' })).rejects.toMatchObject({
      code: 'unexpected_response',
      status: 404,
      requestId: 'h',
    });
    const strange = await serve((_request, response) => response.end('ok'));
    await expect(strange.client.workflows.get({ id: 'a' })).rejects.toMatchObject({
      code: 'unexpected_response',
      status: 200,
    });
  });

  it('repeats what may be repeated while the error is retryable', async () => {
    const { client, seen } = await serve((_request, response, attempt) =>
      attempt < 3 ? fail(response, 503, { code: 'busy', retryable: true }) : data(response, { id: 'w' }),
    );
    expect(await client.workflows.get({ id: 'a' })).toEqual({ id: 'w' });
    expect(seen).toHaveLength(3);
  });

  it('gives up after the last repetition', async () => {
    const { client, seen } = await serve((_request, response) => response.writeHead(502).end('bad gateway'));
    await expect(client.workflows.get({ id: 'a' })).rejects.toMatchObject({ status: 502 });
    expect(seen).toHaveLength(3);
  });

  it('never repeats an unsafe call, unless an idempotency key makes it safe', async () => {
    const { client, seen } = await serve((_request, response) =>
      fail(response, 503, { code: 'busy', retryable: true }),
    );
    await expect(client.workflows.execute({ id: 'a' })).rejects.toMatchObject({ code: 'busy' });
    expect(seen).toHaveLength(1);
    await expect(client.workflows.execute({ id: 'a' }, { idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'busy',
    });
    expect(seen.slice(1).map(({ headers }) => headers['idempotency-key'])).toEqual(['k', 'k', 'k']);
    await expect(client.workflows.execute({ id: 'a', idempotency_key: 'field' })).rejects.toMatchObject({
      code: 'busy',
    });
    expect(seen).toHaveLength(7);
  });

  it('does not repeat an error that will not go away', async () => {
    const { client, seen } = await serve((_request, response) =>
      fail(response, 404, { code: 'gone', retryable: false }),
    );
    await expect(client.workflows.get({ id: 'a' })).rejects.toMatchObject({ code: 'gone' });
    expect(seen).toHaveLength(1);
  });

  it('does not wait when the server asks for longer than it may', async () => {
    const { client, seen } = await serve((_request, response) =>
      fail(response, 429, { code: 'slow_down', retryable: true }, { 'retry-after': '60' }),
    );
    await expect(client.workflows.get({ id: 'a' })).rejects.toMatchObject({ code: 'slow_down' });
    expect(seen).toHaveLength(1);
  });

  it('tells a server that is not there from one that is slow', async () => {
    const absent = createClient({ baseUrl: 'http://127.0.0.1:1', retry: { retries: 0 } });
    await expect(absent.system.health()).rejects.toMatchObject({
      code: 'connection_failed',
      status: 0,
      retryable: true,
    });
    const { client } = await serve(() => undefined);
    await expect(client.workflows.create({ workflow: {} }, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'client_timeout',
    });
  });

  it('stops with the reason of the caller, also while it waits', async () => {
    const reason = new Error('enough');
    const { client } = await serve(() => undefined);
    await expect(client.workflows.get({ id: 'a' }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const busy = await serve((_request, response) => {
      fail(response, 503, { code: 'busy', retryable: true }, { 'retry-after': '9' });
      setTimeout(() => controller.abort(reason), 20);
    });
    await expect(busy.client.workflows.get({ id: 'a' }, { signal: controller.signal })).rejects.toBe(reason);
  });
});

describe('a stream', () => {
  const event = (id: number) => `id: ${id}\nevent: step\ndata: {"version":${id}}\n\n`;
  const open = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1\n\n');
  const collect = async (events: AsyncIterable<{ readonly id?: string }>) => {
    const ids: (string | undefined)[] = [];
    for await (const { id } of events) ids.push(id);
    return ids;
  };

  it('gives events until the end', async () => {
    const { client, seen } = await serve((_request, response) => {
      open(response);
      response.end(
        `event: execution\ndata: {"id":"e"}\n\n${event(1)}event: end\ndata: {"status":"succeeded"}\n\nevent: late\ndata: 1\n\n`,
      );
    });
    const all = await Array.fromAsync(client.executions.follow({ id: 'e' }));
    expect(all).toEqual([
      { event: 'execution', data: { id: 'e' } },
      { event: 'step', id: '1', data: { version: 1 } },
      { event: 'end', id: '1', data: { status: 'succeeded' } },
    ]);
    expect(seen[0]?.headers['accept']).toBe('text/event-stream');
  });

  it('comes back after the last event it saw when the connection breaks', async () => {
    const { client, seen } = await serve((_request, response, attempt) => {
      open(response);
      if (attempt === 1) response.write(event(1), () => response.destroy());
      else if (attempt === 2) response.end(event(2));
      else response.end(`${event(3)}event: end\ndata: {}\n\n`);
    });
    expect(await collect(client.executions.follow({ id: 'e' }))).toEqual(['1', '2', '3', '3']);
    expect(seen.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '2']);
  });

  it('does not run an unsafe operation again', async () => {
    const { client, seen } = await serve((_request, response) => {
      open(response);
      response.end(event(1));
    });
    await expect(collect(client.workflows.runStream({ workflow: {} }))).rejects.toMatchObject({
      code: 'stream_interrupted',
    });
    expect(seen.map(({ line }) => line)).toEqual(['POST /api/v1/run?mode=stream']);
  });

  it('throws the error the server sends, before or in the stream', async () => {
    const before = await serve((_request, response) => fail(response, 404, { code: 'gone', retryable: false }));
    await expect(collect(before.client.executions.follow({ id: 'e' }))).rejects.toMatchObject({
      code: 'gone',
      status: 404,
    });
    const within = await serve((_request, response) => {
      open(response);
      response.end('event: error\ndata: {"error":{"code":"lost","message":"Lost.","retryable":false}}\n\n');
    });
    await expect(collect(within.client.executions.follow({ id: 'e' }))).rejects.toMatchObject({ code: 'lost' });
  });

  it('lets go of the connection when its reader leaves', async () => {
    let left: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      left = resolve;
    });
    const { client } = await serve((_request, response) => {
      open(response);
      response.write(event(1));
      response.on('close', left);
    });
    for await (const _event of client.executions.follow({ id: 'e' })) break;
    await closed;
  });

  it('stops with the reason of the caller', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { client } = await serve((_request, response) => {
      open(response);
      response.write(event(1));
    });
    const reading = (async () => {
      for await (const _event of client.executions.follow({ id: 'e' }, { signal: controller.signal }))
        controller.abort(reason);
    })();
    await expect(reading).rejects.toBe(reason);
  });
});
