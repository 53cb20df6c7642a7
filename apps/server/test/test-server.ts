import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type RunningServer, startServer } from '../src/start-server.ts';
import {
  declaredOperations,
  parseEvents,
  responseRules,
  type SeenEvent,
  type SeenResponse,
} from './declared-operations.ts';

/** The body of an answer: `data` of a success, `error` of a failure. */
export interface Answer extends SeenResponse {
  // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary answers
  readonly data: any;
  readonly code: string | undefined;
  readonly error: {
    code: string;
    message: string;
    retryable: boolean;
    violations?: Violation[];
    details?: Record<string, unknown>;
  };
  readonly events: readonly SeenEvent[];
}

interface Violation {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** A bearer token; null sends no credential. @default the server's own token */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

/** A server under test, its folders, and a client that holds every answer against its declaration. */
export class TestServer {
  readonly folder: string;
  #server: RunningServer | undefined;
  #env: Readonly<Record<string, string>>;
  #rules: ReturnType<typeof responseRules>;
  #token = '';

  private constructor(folder: string, env: Readonly<Record<string, string>>, rules: ReturnType<typeof responseRules>) {
    this.folder = folder;
    this.#env = env;
    this.#rules = rules;
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const server = new TestServer(
      mkdtempSync(join(tmpdir(), 'conv3n-test-')),
      env,
      responseRules(await declaredOperations()),
    );
    await server.start();
    return server;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  get running(): RunningServer {
    if (!this.#server) throw new Error('The server is stopped.');
    return this.#server;
  }

  get url(): string {
    return this.running.url;
  }

  get token(): string {
    return this.#token;
  }

  async start(env?: Readonly<Record<string, string>>): Promise<void> {
    if (env) this.#env = env;
    this.#server = await startServer({
      cwd: this.folder,
      env: {
        CONV3N_PORT: '0',
        CONV3N_LOG_LEVEL: 'error',
        CONV3N_DRAIN_GRACE: '1s',
        CONV3N_EGRESS_ALLOW: '127.0.0.1',
        ...this.#env,
      },
    });
    const file = JSON.parse(readFileSync(join(this.dataDir, 'cli-token'), 'utf8')) as { token: string };
    this.#token = file.token;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Calls a path below /api/v1, or from the root when it starts with `//`. Every answer is held against its declaration. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, raw, headers = {}, token = this.#token, signal } = options;
    const full = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + full, {
      method,
      redirect: 'manual',
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload as string }),
      ...(signal && { signal }),
    });
    const answer = answerOf({ status: response.status, headers: response.headers, text: await response.text() });
    const pathname = full.split('?')[0] as string;
    const facts = { method, path: pathname, ...(headers['accept'] !== undefined && { accept: headers['accept'] }) };
    const violations = this.#rules.violations(facts, answer);
    expect(violations, `${violations.join('; ')} <- ${answer.text.slice(0, 400)}`).toEqual([]);
    if (answer.status < 300) expect(this.#rules.undeclaredKeys(facts, answer.data)).toEqual([]);
    return answer;
  }

  /** As `call`, and the status must be this. */
  async expect(status: number, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const answer = await this.call(method, path, options);
    expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 600)}`).toBe(status);
    return answer;
  }

  /** A failure with this status and code. */
  async refused(
    status: number,
    code: string,
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer> {
    const answer = await this.call(method, path, options);
    expect({ status: answer.status, code: answer.code }, `${method} ${path}: ${answer.text.slice(0, 600)}`).toEqual({
      status,
      code,
    });
    return answer;
  }

  /** A request with headers that fetch does not let through, such as Host. */
  plain(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<SeenResponse> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const sent = request(
        { hostname, port, method, path, headers, setHost: headers['host'] === undefined },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: new Headers(response.headers as Record<string, string>),
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  async createWorkflow(workflow: unknown, publish = false): Promise<string> {
    const { data } = await this.expect(201, 'POST', `/workflows${publish ? '?publish=true' : ''}`, { body: workflow });
    return data.id as string;
  }

  async createKey(scopes: readonly string[], more: object = {}): Promise<{ id: string; key: string }> {
    return (await this.expect(201, 'POST', '/api-keys', { body: { name: 'test', scopes, ...more } })).data;
  }

  /** Reads the execution until it looks as wanted. */
  async until(id: string, wanted: string | ((execution: Answer['data']) => boolean)): Promise<Answer['data']> {
    for (let tries = 0; tries < 600; tries += 1) {
      const { data } = await this.expect(200, 'GET', `/executions/${id}`);
      if (typeof wanted === 'string' ? data.status === wanted : wanted(data)) return data;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`Execution ${id} did not become as wanted.`);
  }
}

function answerOf(response: SeenResponse): Answer {
  const type = response.headers.get('content-type') ?? '';
  const json = type.startsWith('application/json') && response.text !== '' ? JSON.parse(response.text) : {};
  return {
    ...response,
    data: json.data,
    error: json.error,
    code: json.error?.code,
    events: type.startsWith('text/event-stream') ? parseEvents(response.text) : [],
  };
}
