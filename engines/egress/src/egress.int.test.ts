import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates, setDefaultCACertificates } from 'node:tls';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Timers } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress, type Egress } from './egress.ts';
import { isBeforeEffect } from './errors.ts';
import type { EgressOptions } from './options.ts';

const timers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

const serve = (handler: Handler): Promise<number> => listen(createServer(handler));

function client(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({ allow: ['127.0.0.1'], timers, ...options });
  closers.push(() => egress.close());
  return egress;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The error of a promise that rejects. */
async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string; before: boolean }> {
  const error = await promise.then(
    () => expect.unreachable('resolved'),
    (reason: unknown) => reason as { code: string; message: string },
  );
  return { code: error.code, message: error.message, before: isBeforeEffect(error) };
}

describe('egress', () => {
  it('sends method, headers and body and answers status, headers and body', async () => {
    const port = await serve((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.writeHead(418, { 'x-seen': `${request.method} ${request.url}`, 'set-cookie': ['a=1', 'b=2'] });
        response.end(`${request.headers['x-in']}:${body}`);
      });
    });
    const url = `http://127.0.0.1:${port}/p?q=1`;
    const response = await client().fetch({ url, method: 'post', headers: { 'X-In': 'v' }, body: 'hello' });
    expect(response).toMatchObject({ status: 418, url, redirected: false });
    expect(response.headers).toMatchObject({ 'x-seen': 'POST /p?q=1', 'set-cookie': ['a=1', 'b=2'] });
    expect(text(response.body)).toBe('v:hello');
  });

  it('keeps connections for later requests', async () => {
    let sockets = 0;
    const server = createServer((_request, response) => response.end('ok'));
    server.on('connection', () => {
      sockets += 1;
    });
    const port = await listen(server);
    const egress = client();
    for (let i = 0; i < 10; i += 1) await egress.fetch({ url: `http://127.0.0.1:${port}/` });
    // The pool takes a connection back one turn after its response, so a caller in a hurry uses two in turn.
    expect(sockets).toBeLessThanOrEqual(2);
  });

  it.each(['127.0.0.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.1', '127.0.0.1.', '%31%32%37.0.0.1', '０.0.0.0'])(
    'refuses loopback written as %s and sends nothing',
    async (host) => {
      let requests = 0;
      const port = await serve((_request, response) => {
        requests += 1;
        response.end();
      });
      const error = await failure(client({ allow: [] }).fetch({ url: `http://${host}:${port}/` }));
      expect(error).toMatchObject({ code: 'egress_denied', before: true });
      expect(error.message).toContain(`CONV3N_EGRESS_ALLOW=${host.startsWith('０') ? '0.0.0.0' : '127.0.0.1'}:${port}`);
      expect(requests).toBe(0);
    },
  );

  it.each(['[::1]', '[::ffff:127.0.0.1]', '[::]', '[64:ff9b::7f00:1]', 'localhost', 'localhost.', '169.254.169.254'])(
    'refuses %s',
    async (host) => {
      expect(await failure(client({ allow: [] }).fetch({ url: `http://${host}/` }))).toMatchObject({
        code: 'egress_denied',
        before: true,
      });
    },
  );

  it('looks a name up once per connection, dials what it checked, and checks again for the next connection', async () => {
    const port = await serve((_request, response) => {
      response.setHeader('connection', 'close');
      response.end('inside');
    });
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1']];
    let lookups = 0;
    const resolve = async (): Promise<string[]> => answers[lookups++] as string[];
    const egress = client({ allow: [`127.0.0.1:${port}`], resolve });
    const url = `http://rebind.test:${port}/`;
    expect(text((await egress.fetch({ url })).body)).toBe('inside');
    expect(lookups).toBe(1);
    const error = await failure(egress.fetch({ url }));
    expect(error).toMatchObject({ code: 'egress_denied' });
    expect(error.message).toContain('127.0.0.2 of rebind.test');
  });

  it('refuses a redirect to an address that is not allowed, and does not call it harmless', async () => {
    const inner = await serve((_request, response) => response.end('secret'));
    const outer = await serve((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end();
    });
    const egress = client({ allow: [`127.0.0.1:${outer}`] });
    expect(await failure(egress.fetch({ url: `http://127.0.0.1:${outer}/` }))).toMatchObject({
      code: 'egress_denied',
      before: false,
    });
  });

  it('checks the narrowing list on each hop and refuses other schemes', async () => {
    const inner = await serve((_request, response) => response.end('x'));
    const outer = await serve((request, response) => {
      const location = request.url === '/file' ? 'file:///etc/passwd' : `http://127.0.0.1:${inner}/`;
      response.writeHead(302, { location }).end();
    });
    const hosts = [`127.0.0.1:${outer}`];
    const egress = client();
    expect((await failure(egress.fetch({ url: `http://127.0.0.1:${outer}/`, hosts }))).code).toBe('egress_denied');
    expect((await failure(egress.fetch({ url: `http://127.0.0.1:${outer}/file` }))).code).toBe('invalid_request');
    expect(await failure(egress.fetch({ url: `http://127.0.0.1:${outer}/`, hosts: [] }))).toMatchObject({
      code: 'egress_denied',
      before: true,
    });
  });

  it('follows redirects up to the limit, drops credentials to another origin, and hands out the redirect at zero', async () => {
    const seen: (string | undefined)[] = [];
    const target = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-key'] as string | undefined);
      response.end('there');
    });
    const port = await serve((request, response) => {
      const location = request.url === '/loop' ? '/loop' : `http://127.0.0.1:${target}/t`;
      response.writeHead(302, { location }).end('moved');
    });
    const egress = client();
    const base = `http://127.0.0.1:${port}`;
    const request = { url: `${base}/`, headers: { authorization: 'Bearer x', 'X-Key': 'k' }, secretHeaders: ['X-Key'] };
    const response = await egress.fetch(request);
    expect(response).toMatchObject({ status: 200, redirected: true, url: `http://127.0.0.1:${target}/t` });
    expect(seen).toEqual([undefined, undefined]);
    expect((await failure(egress.fetch({ url: `${base}/loop`, redirects: 3 }))).code).toBe('too_many_redirects');
    expect(await egress.fetch({ url: `${base}/loop`, redirects: 0 })).toMatchObject({ status: 302, redirected: false });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('undoes %s and drops the headers that described it', async (encoding, compress) => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(compress('a'.repeat(200_000)));
    });
    const response = await client().fetch({ url: `http://127.0.0.1:${port}/` });
    expect(response.body.byteLength).toBe(200_000);
    expect(response.headers).not.toHaveProperty('content-encoding');
  });

  it('stops a decompression bomb, an endless body and an announced oversize at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const port = await serve((request, response) => {
      if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      else if (request.url === '/announced') response.writeHead(200, { 'content-length': '5000000' }).write('x');
      else {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
        };
        response.on('drain', more);
        more();
      }
    });
    const egress = client();
    for (const path of ['/bomb', '/announced', '/endless']) {
      const error = await failure(egress.fetch({ url: `http://127.0.0.1:${port}${path}`, maxBytes: 1_000_000 }));
      expect(error).toMatchObject({ code: 'response_too_large', before: false });
    }
  });

  it('calls a damaged encoding, a truncated body and a non-HTTP answer by their names', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/damaged') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip');
      else {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half', () => response.destroy());
      }
    });
    const raw = await listen(createTcpServer((socket) => socket.resume().end('SSH-2.0-x\r\n')));
    const egress = client();
    const code = async (url: string): Promise<unknown> => await failure(egress.fetch({ url }));
    expect(await code(`http://127.0.0.1:${port}/damaged`)).toMatchObject({ code: 'response_invalid', before: false });
    expect(await code(`http://127.0.0.1:${port}/cut`)).toMatchObject({ code: 'connection_lost', before: false });
    expect(await code(`http://127.0.0.1:${raw}/`)).toMatchObject({ code: 'response_invalid', before: false });
  });

  it('passes an unknown encoding through and accepts an encoded HEAD without body', async () => {
    const port = await serve((request, response) => {
      response.writeHead(200, { 'content-encoding': request.method === 'HEAD' ? 'gzip' : 'rot13' }).end('uryyb');
    });
    const egress = client();
    const url = `http://127.0.0.1:${port}/`;
    expect((await egress.fetch({ url })).headers['content-encoding']).toBe('rot13');
    expect((await egress.fetch({ url, method: 'HEAD' })).body.byteLength).toBe(0);
  });

  it('reports a refused connection and a failed TLS handshake as before any effect', async () => {
    const plain = await serve((_request, response) => response.end());
    const gone = createTcpServer();
    const closedPort = await new Promise<number>((resolve) =>
      gone.listen(0, '127.0.0.1', () => {
        const { port } = gone.address() as AddressInfo;
        gone.close(() => resolve(port));
      }),
    );
    const egress = client();
    expect(await failure(egress.fetch({ url: `http://127.0.0.1:${closedPort}/` }))).toMatchObject({
      code: 'connection_refused',
      before: true,
    });
    expect(await failure(egress.fetch({ url: `https://127.0.0.1:${plain}/`, method: 'POST' }))).toMatchObject({
      code: 'tls_failed',
      before: true,
    });
  });

  it('refuses a header value that would split the request', async () => {
    const port = await serve((_request, response) => response.end());
    const headers = { 'x-a': 'b\r\nx-c: d' };
    expect(await failure(client().fetch({ url: `http://127.0.0.1:${port}/`, headers }))).toMatchObject({
      code: 'invalid_request',
      before: true,
    });
  });

  it('tells a timeout before the request was sent from one after', async () => {
    const platform = testPlatform();
    const arrived = Promise.withResolvers<void>();
    const port = await serve(() => arrived.resolve());
    const silent = new Set<Socket>();
    const handshaking = Promise.withResolvers<void>();
    const tls = await listen(
      createTcpServer((socket) => {
        silent.add(socket.on('error', () => undefined));
        socket.once('data', () => handshaking.resolve());
      }),
    );
    closers.push(() => {
      for (const socket of silent) socket.destroy();
    });
    const egress = client({ timers: platform.timers });
    const after = failure(egress.fetch({ url: `http://127.0.0.1:${port}/`, method: 'POST', timeoutMs: 500 }));
    await arrived.promise;
    await platform.advance(500);
    expect(await after).toMatchObject({ code: 'response_timeout', before: false });

    const before = failure(egress.fetch({ url: `https://127.0.0.1:${tls}/`, method: 'POST', timeoutMs: 60_000 }));
    await handshaking.promise;
    await platform.advance(10_000);
    expect(await before).toMatchObject({ code: 'connect_timeout', before: true });
    expect(platform.pendingTimers()).toBe(0);
  });

  it('stops at the caller signal, before and during the request, and when closed', async () => {
    const arrived = Promise.withResolvers<void>();
    const port = await serve(() => arrived.resolve());
    const egress = client();
    const url = `http://127.0.0.1:${port}/`;
    expect(await failure(egress.fetch({ url, signal: AbortSignal.abort() }))).toMatchObject({
      code: 'request_cancelled',
      before: true,
    });
    const controller = new AbortController();
    const cancelled = failure(egress.fetch({ url, signal: controller.signal }));
    await arrived.promise;
    controller.abort();
    expect(await cancelled).toMatchObject({ code: 'request_cancelled', before: false });
    const open = failure(egress.fetch({ url }));
    await egress.close();
    expect((await open).code).toBe('egress_closed');
    expect(await failure(egress.fetch({ url }))).toMatchObject({ code: 'egress_closed', before: true });
  });

  it('refuses another origin while connections to too many are open', async () => {
    const ports = [
      await serve((_request, response) => response.end()),
      await serve((_request, response) => response.end()),
    ];
    const egress = client({ limits: { maxOrigins: 1 } });
    await egress.fetch({ url: `http://127.0.0.1:${ports[0]}/` });
    expect(await failure(egress.fetch({ url: `http://127.0.0.1:${ports[1]}/` }))).toMatchObject({
      code: 'egress_overloaded',
      before: true,
    });
  });

  it('refuses a narrowing entry that it cannot read before anything is sent', async () => {
    const request = { url: 'http://127.0.0.1/', hosts: ['http://x'] };
    expect(await failure(client().fetch(request))).toMatchObject({ code: 'invalid_allow_entry', before: true });
  });

  it('gives up connecting when it is closed', async () => {
    const asked = Promise.withResolvers<void>();
    const resolve = (): Promise<string[]> => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const egress = client({ resolve });
    const open = failure(egress.fetch({ url: 'http://slow.test/' }));
    await asked.promise;
    await egress.close();
    expect(await open).toMatchObject({ code: 'egress_closed', before: true });
  });

  it('opens no more connections per origin than the limit', async () => {
    let open = 0;
    let most = 0;
    const server = createServer((_request, response) => setImmediate(() => response.end()));
    server.on('connection', (socket) => {
      open += 1;
      most = Math.max(most, open);
      socket.on('close', () => {
        open -= 1;
      });
    });
    const port = await listen(server);
    const egress = client({ limits: { connectionsPerOrigin: 2 } });
    await Promise.all(Array.from({ length: 12 }, () => egress.fetch({ url: `http://127.0.0.1:${port}/` })));
    expect(most).toBe(2);
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!openssl)('egress over TLS (needs openssl)', () => {
  it('refuses an unknown certificate, accepts a trusted one for its name, and refuses it for another name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'egress-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=tls.test', '-addext', 'subjectAltName=DNS:tls.test'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
    execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...name], { stdio: 'ignore' });
    const cert = readFileSync(certFile, 'utf8');
    const server = createTlsServer({ key: readFileSync(keyFile), cert }, (_request, response) => response.end('safe'));
    const port = await listen(server);
    const egress = client({ resolve: async () => ['127.0.0.1'] });
    const fetched = (host: string) => egress.fetch({ url: `https://${host}:${port}/`, method: 'POST' });
    expect(await failure(fetched('tls.test'))).toMatchObject({ code: 'tls_failed', before: true });
    setDefaultCACertificates([...rootCertificates, cert]);
    closers.push(() => setDefaultCACertificates([...rootCertificates]));
    expect(text((await fetched('tls.test.')).body)).toBe('safe');
    expect(await failure(fetched('other.test'))).toMatchObject({ code: 'tls_failed', before: true });
    expect((await failure(fetched('127.0.0.1'))).code).toBe('tls_failed');
  });
});
