import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** One call as the service saw it. Times in milliseconds since the Unix epoch. */
export interface ServiceCall {
  /** What the call is about: the path without its first slash. */
  readonly key: string;
  readonly method: string;
  readonly idempotencyKey: string | null;
  /** Which process of the server called: its header `x-server-start`. */
  readonly serverStart: string | null;
  readonly receivedAt: number;
  /** Set once the effect happened; a refused call has none. */
  effectAt: number | null;
  answeredAt: number | null;
}

/** A moment in a call at which a test may act. */
export type CallPhase = 'received' | 'effected' | 'answered';

/** What becomes of a call. Default: the effect happens and the answer is 200. */
export interface CallFate {
  readonly delayBeforeMs?: number;
  readonly delayAfterMs?: number;
  /** `refuse`: 503 without effect. `cut_before`, `cut_after`: the connection is cut before or after the effect. */
  readonly end?: 'answer' | 'refuse' | 'cut_before' | 'cut_after';
}

/**
 * The outside world of a test: an HTTP service that counts its effects and never forgets one. What it says is the truth; what the server
 * believes is compared with it. `/a/b` answers `{"receipt": "a/b", "count": n}`.
 */
export class CountingService {
  readonly calls: ServiceCall[] = [];
  /** Decides each call's fate. */
  fate: (call: ServiceCall) => CallFate = () => ({});
  /** Called at each phase of each call, before the service goes on. */
  watch: (phase: CallPhase, call: ServiceCall) => void | Promise<void> = () => undefined;
  readonly #server: Server;
  readonly #underWay = new Map<string, number>();

  /** Listens on a free port until the running test ends. */
  static async start(): Promise<CountingService> {
    const service = new CountingService();
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    onTestFinished(async () => {
      service.#server.closeAllConnections();
      service.#server.close();
      await once(service.#server, 'close');
    });
    return service;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#handle(request, response);
    });
  }

  /** Such as `127.0.0.1:40123`, as `CONV3N_EGRESS_ALLOW` takes it. */
  get authority(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.authority}`;
  }

  callsOf(key: string): readonly ServiceCall[] {
    return this.calls.filter((call) => call.key === key);
  }

  /** How often the effect of this key happened. */
  effects(key: string): number {
    return this.callsOf(key).filter((call) => call.effectAt !== null).length;
  }

  /** Resolves when no call of this key is being worked on, so that its count is final. */
  async settled(key: string): Promise<void> {
    while (this.#underWay.has(key)) await pause(2);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = decodeURIComponent((request.url ?? '/').slice(1));
    const call: ServiceCall = {
      key,
      method: request.method ?? '',
      idempotencyKey: header(request, 'idempotency-key'),
      serverStart: header(request, 'x-server-start'),
      receivedAt: Date.now(),
      effectAt: null,
      answeredAt: null,
    };
    this.calls.push(call);
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
    response.on('error', () => undefined);
    request.resume();
    try {
      await this.#perform(call, response);
    } finally {
      const left = (this.#underWay.get(key) as number) - 1;
      if (left === 0) this.#underWay.delete(key);
      else this.#underWay.set(key, left);
    }
  }

  async #perform(call: ServiceCall, response: ServerResponse): Promise<void> {
    const { delayBeforeMs = 0, delayAfterMs = 0, end = 'answer' } = this.fate(call);
    await this.watch('received', call);
    if (delayBeforeMs > 0) await pause(delayBeforeMs);
    if (end === 'cut_before') {
      response.destroy();
      return;
    }
    if (end === 'refuse') {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":"busy"}');
      return;
    }
    call.effectAt = Date.now();
    await this.watch('effected', call);
    if (delayAfterMs > 0) await pause(delayAfterMs);
    if (end === 'cut_after') {
      response.destroy();
      return;
    }
    const count = this.effects(call.key);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ receipt: call.key, count }));
    call.answeredAt = Date.now();
    await this.watch('answered', call);
  }
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}
