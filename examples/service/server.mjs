// A small HTTP service for the examples. `node examples/service/server.mjs [port]` listens on 127.0.0.1:4810.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const users = JSON.parse(readFileSync(new URL('users.json', import.meta.url), 'utf8'));

/** The service on a port of loopback; 0 picks a free one. Answers `{ url, close }`. */
export async function startExampleService(port = 4810) {
  const failures = new Map();
  const charges = new Map();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://example');
    const [, place, name] = pathname.split('/');
    const answer = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (pathname === '/users')
      return answer(
        200,
        users.map(({ id, name: called }) => ({ id, name: called })),
      );
    if (place === 'users') {
      const user = users.find(({ id }) => String(id) === name);
      return user ? answer(200, user) : answer(404, { reason: 'no such user' });
    }
    if (place === 'flaky') {
      const failed = failures.get(name) ?? 0;
      failures.set(name, failed + 1);
      return failed < 2 ? answer(503, { reason: 'try again' }) : answer(200, { message: 'third time lucky' });
    }
    if (place === 'mirror') {
      await new Promise((resolve) => setTimeout(resolve, name === 'far' ? 5_000 : 20));
      return answer(200, { mirror: name });
    }
    if (pathname === '/charges' && request.method === 'POST') {
      const key = request.headers['idempotency-key'] ?? crypto.randomUUID();
      const charge = JSON.parse(await text(request));
      if (charge.cents > 100_000) return answer(402, { reason: 'limit exceeded' });
      if (!charges.has(key)) charges.set(key, { id: charges.size + 1, ...charge });
      return answer(201, charges.get(key));
    }
    return answer(404, { reason: 'not found' });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function text(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { url } = await startExampleService(Number(process.argv[2] ?? 4810));
  console.log(`The examples' service listens on ${url}. Ctrl+C ends it.`);
}
