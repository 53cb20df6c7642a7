import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpApplication } from './application.ts';
import { hostRule } from './host-rule.ts';
import { createHttpServer, type HttpServer } from './http-server.ts';
import type { HttpServerOptions } from './options.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const hello: HttpApplication = {
  handle(request, reply) {
    if (!request.url.startsWith('/hello')) return false;
    reply.send({ hello: request.method });
    return true;
  },
};

async function serve(application: HttpApplication = hello, options: HttpServerOptions = {}) {
  const server = createHttpServer({ port: 0, ...options });
  servers.push(server);
  server.mount(application);
  return { server, ...(await server.listen()) };
}

function get(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; message: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = httpRequest({ port, path, headers, host: '127.0.0.1' }, (message) => {
      let body = '';
      message.setEncoding('utf8');
      message.on('data', (chunk: string) => {
        body += chunk;
      });
      message.on('end', () => resolve({ status: message.statusCode ?? 0, body, message }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

function raw(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(text) : reject(error)));
  });
}

describe('an HTTP server', () => {
  it('asks its applications in order and answers 404 when none answers', async () => {
    const { port, url } = await serve();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await get(port, '/hello')).body).toBe('{"hello":"GET"}');
    expect((await get(port, '/nothing')).status).toBe(404);
  });

  it('answers 421 to an unknown Host and reaches no application', async () => {
    const { port } = await serve(hello, { allowedHosts: ['conv3n.example'] });
    expect((await get(port, '/hello', { host: 'evil.example' })).status).toBe(421);
    expect((await get(port, '/hello', { host: 'conv3n.example:8443' })).status).toBe(200);
    expect((await get(port, '/hello', { host: `localhost:${port}` })).status).toBe(200);
    expect(await raw(port, 'GET /hello HTTP/1.0\r\n\r\n')).toContain(' 421 ');
  });

  it('does not take the wildcard it listens on for a name', async () => {
    const { port } = await serve(hello, { host: '0.0.0.0' });
    expect((await get(port, '/hello', { host: `0.0.0.0:${port}` })).status).toBe(421);
    expect((await get(port, '/hello', { host: `127.0.0.1:${port}` })).status).toBe(200);
  });

  it('hands its own errors to the application that presents errors', async () => {
    const seen: string[] = [];
    const { port } = await serve({
      handle: () => false,
      fail(error, _request, reply) {
        seen.push(error.code);
        reply.code(418).send('mine');
      },
    });
    expect((await get(port, '/', { host: 'evil.example' })).status).toBe(418);
    expect((await get(port, '/%zz')).status).toBe(418);
    expect(seen).toEqual(['unknown_host', 'request_malformed']);
  });

  it('says clearly that a port is taken', async () => {
    const { port } = await serve();
    const second = createHttpServer({ port });
    servers.push(second);
    await expect(second.listen()).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining('CONV3N_PORT'),
    });
  });

  it('says clearly that an address cannot be listened on', async () => {
    const server = createHttpServer({ port: 0, host: '203.0.113.1' });
    servers.push(server);
    await expect(server.listen()).rejects.toMatchObject({ code: 'listen_failed' });
  });

  it('refuses options out of range', () => {
    expect(() => createHttpServer({ bodyLimit: 0 })).toThrow(expect.objectContaining({ code: 'http_option_invalid' }));
    expect(() => createHttpServer({ port: -1 })).toThrow(expect.objectContaining({ code: 'http_option_invalid' }));
  });

  it('answers headers that are too large with 431 and noise with 400', async () => {
    const { port } = await serve();
    expect(await raw(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)).toContain(' 431 ');
    expect(
      await raw(
        port,
        Uint8Array.from({ length: 64 }, (_, index) => (index * 37) % 256),
      ),
    ).toContain(' 400 ');
  });

  it('leaves bodies of any type unread for the application', async () => {
    const { port } = await serve({
      handle(request, reply) {
        let length = 0;
        request.raw.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        request.raw.on('end', () => reply.send({ length }));
        return true;
      },
    });
    for (const type of ['', 'Content-Type: application/json\r\n', 'Content-Type: strange/thing\r\n']) {
      const answer = await raw(
        port,
        `POST /x HTTP/1.1\r\nHost: localhost\r\n${type}Content-Length: 3\r\nConnection: close\r\n\r\n{"a`,
      );
      expect(answer).toContain('{"length":3}');
    }
  });

  it('lets requests in flight finish when it closes, and takes no new ones', async () => {
    let release: (() => void) | undefined;
    const { server, port } = await serve({
      handle(_request, reply) {
        release = () => reply.send('done');
        return true;
      },
    });
    const pending = get(port, '/slow');
    while (!release) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    expect(server.draining.aborted).toBe(true);
    await expect(get(port, '/late')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release();
    expect((await pending).body).toBe('done');
    await closed;
  });

  it('cuts what is still open after the grace', async () => {
    const { server, port } = await serve({ handle: () => true }, { graceMs: 20 });
    const pending = get(port, '/never');
    const outcome = expect(pending).rejects.toMatchObject({ code: 'ECONNRESET' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.close();
    await outcome;
  });
});

describe('the rule of hosts', () => {
  it.each([
    ['localhost:3000', true],
    ['LOCALHOST', true],
    ['[::1]:3000', true],
    ['127.0.0.1', true],
    ['conv3n.example.', true],
    ['192.0.2.7:3000', true],
    ['192.0.2.8', false],
    ['localhost.evil.example', false],
    ['', false],
    [undefined, false],
  ])('for %s on 192.0.2.7 says %s', (host, known) => {
    expect(hostRule(['conv3n.example'])(host, '::ffff:192.0.2.7')).toBe(known);
  });

  it('knows the bracketed form of an IPv6 address it is reached on', () => {
    expect(hostRule([])('[2001:db8::1]:3000', '2001:db8::1')).toBe(true);
  });
});
