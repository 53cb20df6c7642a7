import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEgress } from '@conv3n/egress';
import { Conv3nError, type Timers } from '@conv3n/platform';
import type { BlockResult } from '@conv3n/workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFileJail } from '../files/file-jail.ts';
import { dataOf, runBlock } from '../testing/block-call.ts';
import { httpBlock } from './http-block.ts';
import type { HttpConfig } from './http-config.ts';

const timers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
const egress = createEgress({ allow: ['127.0.0.1'], timers });
const stored: Readonly<Record<string, string>> = { key: 'sk-live-0123456789', pw: 'pa:ss/word+1', form: 'form secret' };

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
let seen: Seen;
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let base: string;
let home: string;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    seen = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    answer(response, request);
  });
});

beforeAll(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'http-block-')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await egress.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  answer = (response) => response.setHeader('content-type', 'application/json').end('{"ok":true}');
});

const block = httpBlock({
  egress,
  clock: { now: () => Date.parse('2026-01-01T00:00:00Z'), monotonic: () => 0 },
  jail: () => openFileJail(join(home, 'files'), join(home, 'data')),
  async resolveSecret(name) {
    const value = stored[name];
    if (value === undefined) throw new Conv3nError('secret_not_found', `No secret "${name}".`, { kind: 'not_found' });
    return value;
  },
});
const run = async (config: HttpConfig): Promise<BlockResult> => await runBlock(block, config);
const secret = (name: string) => ({ $secret: name });

describe('std/http_request', () => {
  it('answers status, headers and the parsed body', async () => {
    expect(dataOf(await run({ url: `${base}/a?x=1` }))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { ok: true },
    });
    expect(seen).toMatchObject({ method: 'GET', url: '/a?x=1', body: '' });
    expect(seen.headers).not.toHaveProperty('idempotency-key');
  });

  it('adds the query map, repeating lists and leaving out null', async () => {
    await run({ url: `${base}/?a=1`, query: { b: 'x y&', c: [1, true], d: null } });
    expect(seen.url).toBe('/?a=1&b=x+y%26&c=1&c=true');
    expect(await run({ url: base, query: { a: { b: 1 } } })).toMatchObject({
      port: 'error',
      error: { code: 'block_config_invalid' },
    });
  });

  it('sends values as JSON, text as text and forms as forms', async () => {
    await run({ url: base, method: 'POST', body: { a: [1] } });
    expect(seen).toMatchObject({ body: '{"a":[1]}', headers: { 'content-type': 'application/json' } });
    await run({ url: base, method: 'PUT', body: 'hello' });
    expect(seen).toMatchObject({ body: 'hello', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await run({ url: base, method: 'POST', headers, body: { a: 'x y', b: [1, 2], c: secret('form') } });
    expect(seen).toMatchObject({
      body: 'a=x+y&b=1&b=2&c=form+secret',
      headers: { 'content-type': headers['Content-Type'] },
    });
  });

  it('sends the idempotency key of the step with POST and PATCH, unless the config has its own', async () => {
    for (const method of ['POST', 'PATCH']) {
      await run({ url: base, method });
      expect(seen.headers['idempotency-key']).toBe('exec-1:node');
    }
    await run({ url: base, method: 'POST', headers: { 'Idempotency-Key': 'mine' } });
    expect(seen.headers['idempotency-key']).toBe('mine');
    await run({ url: base, method: 'DELETE' });
    expect(seen.headers).not.toHaveProperty('idempotency-key');
  });

  it('sends each kind of credentials', async () => {
    await run({ url: base, auth: { type: 'bearer', token: secret('key') } });
    expect(seen.headers.authorization).toBe(`Bearer ${stored['key']}`);
    await run({ url: base, auth: { type: 'basic', username: 'me', password: secret('pw') } });
    expect(seen.headers.authorization).toBe(`Basic ${btoa(`me:${stored['pw']}`)}`);
    await run({ url: base, auth: { type: 'header', name: 'X-Key', value: secret('key') } });
    expect(seen.headers['x-key']).toBe(stored['key']);
    await run({ url: base, auth: { type: 'query', name: 'k', value: secret('pw') } });
    expect(new URL(seen.url ?? '', base).searchParams.get('k')).toBe(stored['pw']);
  });

  it.each([
    [{ type: 'bearer' }, 'auth.token'],
    [{ type: 'basic', username: 'a:b', password: 'x' }, 'auth.username'],
    [{ type: 'basic', username: 'a' }, 'auth.password'],
    [{ type: 'header', value: 'x' }, 'auth.name'],
    [{ type: 'other' }, 'auth.type'],
  ])('refuses the credentials %j before anything is sent', async (auth, path) => {
    expect(await run({ url: base, method: 'POST', auth: auth as never })).toMatchObject({
      kind: 'failed',
      port: 'error',
      beforeEffect: true,
      error: { code: 'block_config_invalid', message: expect.stringContaining(path) },
    });
  });

  it('removes secrets from everything it hands on, however the server sends them back', async () => {
    answer = (response, request) => {
      response.writeHead(seen.url?.includes('fail') ? 400 : 200, {
        'content-type': 'application/json',
        'x-echo': request.headers['x-key'],
      });
      response.end(JSON.stringify({ url: seen.url, headers: request.headers, body: seen.body }));
    };
    const config: HttpConfig = {
      url: base,
      method: 'POST',
      headers: { 'X-Key': secret('key') },
      query: { q: secret('pw') },
      auth: { type: 'basic', username: 'me', password: secret('pw') },
      body: { deep: [secret('form')] },
    };
    for (const result of [await run(config), await run({ ...config, url: `${base}/fail` })]) {
      const text = JSON.stringify(result);
      const sent = [
        stored['key'],
        stored['pw'],
        stored['form'],
        encodeURIComponent(stored['pw'] as string),
        btoa(`me:${stored['pw']}`),
      ];
      for (const value of sent) expect(text).not.toContain(value);
      expect(text).toContain('[secret]');
    }
    const broken = await run({ url: `ftp://x/`, query: { k: secret('key') } });
    expect(broken).toMatchObject({ error: { code: 'invalid_request' }, beforeEffect: true });
    expect(JSON.stringify(await run({ url: 'nope', headers: { a: secret('key') } }))).not.toContain(stored['key']);
  });

  it('drops a secret header when a redirect leads to another origin', async () => {
    let there: IncomingMessage['headers'] | undefined;
    const other = createServer((request, response) => {
      there = request.headers;
      response.end('x');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    answer = (response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    await run({ url: base, headers: { 'X-Key': secret('key'), 'X-Plain': 'p' } });
    expect(there).toMatchObject({ 'x-plain': 'p' });
    expect(there).not.toHaveProperty('x-key');
    expect(dataOf(await run({ url: base, redirects: 0 }))).toMatchObject({ status: 307 });
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  it('fails with the error of a missing secret and sends nothing', async () => {
    seen = { method: undefined, url: undefined, headers: {}, body: '' };
    expect(await run({ url: base, auth: { type: 'bearer', token: secret('gone') } })).toMatchObject({
      error: { code: 'secret_not_found' },
      port: 'error',
      beforeEffect: true,
    });
    expect(seen.method).toBeUndefined();
  });

  it.each([
    [400, 'client_error', 'http_client_error', false],
    [404, 'client_error', 'http_client_error', false],
    [429, 'client_error', 'http_rate_limited', true],
    [500, 'server_error', 'http_server_error', true],
    [503, 'server_error', 'http_server_error', true],
  ])('fails with status %i on port %s, with the response as data', async (status, port, code, retryable) => {
    answer = (response) => response.writeHead(status, { 'content-type': 'application/problem+json' }).end('{"why":1}');
    const result = await run({ url: base, method: 'POST', response: 'file' });
    expect(result).toMatchObject({
      kind: 'failed',
      port,
      data: { status, body: { why: 1 } },
      error: { code, retryable, details: { status } },
    });
    expect((result as { beforeEffect?: boolean }).beforeEffect).toBe(status === 429 ? true : undefined);
  });

  it('hands on how long the server asks to wait, in seconds or until a date', async () => {
    const wait = async (value: string): Promise<unknown> => {
      answer = (response) => response.writeHead(503, { 'retry-after': value }).end();
      return ((await run({ url: base })) as { retryAfterMs?: number }).retryAfterMs;
    };
    expect(await wait('7')).toBe(7000);
    expect(await wait('Thu, 01 Jan 2026 00:00:05 GMT')).toBe(5000);
    expect(await wait('Wed, 01 Jan 2020 00:00:00 GMT')).toBe(0);
    expect(await wait('soon')).toBeUndefined();
  });

  it('reads the body as its content type says, or as the config says', async () => {
    const body = async (
      type: string,
      content: string | Buffer,
      response?: HttpConfig['response'],
    ): Promise<unknown> => {
      answer = (to) => to.setHeader('content-type', type).end(content);
      const result = await run({ url: base, ...(response && { response }) });
      return result.kind === 'succeeded'
        ? (result.data as { body: unknown }).body
        : (result as { error: { code: string } }).error.code;
    };
    expect(await body('text/html', '{"a":1}')).toBe('{"a":1}');
    expect(await body('application/ld+json; charset=utf-8', '{"a":1}')).toEqual({ a: 1 });
    expect(await body('application/json', 'oops')).toBe('oops');
    expect(await body('application/json', '')).toBeNull();
    expect(await body('text/plain', '{"a":1}', 'json')).toEqual({ a: 1 });
    expect(await body('text/plain', 'oops', 'json')).toBe('http_response_not_json');
    expect(await body('application/json', '{"a":1}', 'text')).toBe('{"a":1}');
    expect(await body('text/plain; charset=iso-8859-1', Buffer.from([0xe9]))).toBe('é');
    expect(await body('text/plain; charset=klingon', 'x')).toBe('x');
  });

  it('saves a file response under the execution, whatever the server calls it', async () => {
    answer = (response) => response.setHeader('content-type', 'image/png').end(Buffer.from([1, 2, 255]));
    const { body } = dataOf(await run({ url: `${base}/../..%2f..%2fevil/pic.PNG`, response: 'file' })) as {
      body: { path: string };
    };
    expect(body).toEqual({ path: 'downloads/exec-1/node.png', bytes: 3, content_type: 'image/png' });
    expect(readFileSync(join(home, 'files', body.path))).toEqual(Buffer.from([1, 2, 255]));
  });

  it('tells failures before any effect from those after', async () => {
    const denied = await run({ url: 'http://169.254.169.254/', method: 'POST' });
    expect(denied).toMatchObject({ port: 'error', beforeEffect: true, error: { code: 'egress_denied' } });
    answer = (response) => response.destroy();
    expect(await run({ url: base, method: 'POST' })).toMatchObject({
      port: 'error',
      beforeEffect: false,
      error: { code: 'connection_lost' },
    });
    answer = () => undefined;
    expect(await run({ url: base, method: 'POST', timeout: '20ms' })).toMatchObject({
      beforeEffect: false,
      error: { code: 'response_timeout' },
    });
    answer = (response) => response.end('too long');
    expect(await run({ url: base, maxBytes: 3 })).toMatchObject({
      beforeEffect: false,
      error: { code: 'response_too_large' },
    });
  });

  it.each(['6m', '0s', 'soon'])('refuses the timeout %s', async (timeout) => {
    expect(await run({ url: base, timeout })).toMatchObject({ kind: 'failed', port: 'error', beforeEffect: true });
  });
});
