import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as another system received it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Another system on loopback: records requests and answers as told, an echo unless told otherwise. */
export interface TargetService {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  answerWith(answer: (request: SeenRequest, response: ServerResponse, raw: IncomingMessage) => void): void;
  close(): Promise<void>;
}

export async function startTargetService(): Promise<TargetService> {
  const seen: SeenRequest[] = [];
  let answer = (request: SeenRequest, response: ServerResponse, _raw: IncomingMessage): void => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(request));
  };
  const server = createServer((raw, response) => {
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('end', () => {
      const request = {
        method: raw.method ?? '',
        path: raw.url ?? '',
        headers: raw.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(request);
      answer(request, response, raw);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answerWith(next) {
      answer = next;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
