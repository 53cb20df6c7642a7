import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from './http-server.ts';
import { staticFiles } from './static-files.ts';

let folder: string;
let server: HttpServer;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conv3n-static-'));
  const site = join(folder, 'site');
  await mkdir(join(site, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'outside');
  await writeFile(join(site, 'index.html'), '<!doctype html>');
  await writeFile(join(site, '.hidden'), 'hidden');
  await writeFile(join(site, 'assets/app-BcD3fGh1.js'), 'app()');
  await writeFile(join(site, 'assets/app-BcD3fGh1.js.br'), 'br-bytes');
  await writeFile(join(site, 'assets/app-BcD3fGh1.js.gz'), 'gz-bytes');
  server = createHttpServer({ port: 0 });
  server.mount(staticFiles({ root: join(folder, 'missing'), prefix: '/broken' }));
  server.mount(staticFiles({ root: site }));
  ({ port } = await server.listen());
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function fetchPath(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = httpRequest({ port, path, headers, method, host: '127.0.0.1' }, (message) => {
      let body = '';
      message.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      message.on('end', () => resolve({ status: message.statusCode ?? 0, headers: message.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

it('serves the index with a policy that forbids inline and foreign script', async () => {
  const { status, headers, body } = await fetchPath('/');
  expect([status, body]).toEqual([200, '<!doctype html>']);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("worker-src 'self' blob:");
  expect(policy).toContain("frame-ancestors 'none'");
});

it('caches hashed assets for ever', async () => {
  const { headers, body } = await fetchPath('/assets/app-BcD3fGh1.js');
  expect(body).toBe('app()');
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
});

it.each([
  ['br, gzip', 'br', 'br-bytes'],
  ['gzip', 'gzip', 'gz-bytes'],
  ['br;q=0, gzip', 'gzip', 'gz-bytes'],
  ['identity', undefined, 'app()'],
])('sends for accept-encoding %s the variant %s', async (accepted, encoding, body) => {
  const answer = await fetchPath('/assets/app-BcD3fGh1.js', { 'accept-encoding': accepted });
  expect([answer.headers['content-encoding'], answer.body]).toEqual([encoding, body]);
  expect(answer.headers['vary']).toBe('accept-encoding');
});

it('answers 304 to a known entity tag and no body to HEAD', async () => {
  const { headers } = await fetchPath('/');
  expect(await fetchPath('/', { 'if-none-match': String(headers['etag']) })).toMatchObject({ status: 304, body: '' });
  const head = await fetchPath('/', {}, 'HEAD');
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '15', '']);
});

it('answers navigations to routes of the client with the index, and nothing else', async () => {
  expect((await fetchPath('/executions/42', { accept: 'text/html,*/*' })).body).toBe('<!doctype html>');
  expect((await fetchPath('/executions/42', { accept: 'application/json' })).status).toBe(404);
  expect((await fetchPath('/assets/gone.js', { accept: 'text/html' })).status).toBe(404);
});

it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/.hidden', '/assets', '/%00'])(
  'finds nothing outside its list under %s',
  async (path) => {
    expect([400, 404]).toContain((await fetchPath(path)).status);
  },
);

it('leaves writes to others and says when its folder is missing', async () => {
  expect((await fetchPath('/', {}, 'POST')).status).toBe(404);
  expect((await fetchPath('/broken/x')).status).toBe(500);
});
