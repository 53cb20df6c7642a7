import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { isEnded } from '../src/engine/run-state.ts';
import type { MockRun } from './mock-run.ts';

const dist = new URL('../dist/', import.meta.url);
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

/** Serves the studio's build under the server's policy; any path without an extension is the application. */
export async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const name = extname(path) === '' ? 'index.html' : path.slice(1);
  const content = await readFile(new URL(name, dist)).catch(() => undefined);
  if (content === undefined) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
    })
    .end(content);
}

/** Streams an execution as server-sent events, as the real server does. */
export function streamRun(found: MockRun | undefined, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const write = (event: string, data: unknown, version?: number) =>
    response.write(
      `${version === undefined ? '' : `id: ${version}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
    );
  if (!found) {
    response.end();
    return;
  }
  write('execution', found.execution, found.events.length);
  if (isEnded(found.execution.status)) {
    write('end', null);
    response.end();
    return;
  }
  const listener: Parameters<typeof found.listeners.add>[0] = (event) => {
    if (event === 'end') {
      write('end', null);
      response.end();
    } else write(event.type, event, event.version);
  };
  found.listeners.add(listener);
  response.on('close', () => found.listeners.delete(listener));
}
