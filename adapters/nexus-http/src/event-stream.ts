import type { ServerResponse } from 'node:http';
import type { StreamEvent, WireError } from '@conv3n/nexus';

export interface EventStreamOptions {
  /** Milliseconds between keep-alive comments. @default 15000 */
  readonly keepAliveMs?: number;
  /** How long a client may leave the connection unread before it is ended, in milliseconds. @default 30000 */
  readonly stallMs?: number;
}

export interface EventStream {
  readonly events: AsyncIterable<StreamEvent>;
  /** Aborts when the client left or the server drains. */
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** What a client may see of an error in the middle. */
  present(thrown: unknown): WireError;
}

const left = Symbol('left');

/**
 * Writes a stream of server-sent events and ends the response.
 *
 * I1 One event is pulled at a time and only when the connection takes more, so a slow client costs one event of memory.
 * I2 A client that reads nothing for `stallMs` is cut; it resumes with `Last-Event-ID`.
 * I3 A finished stream ends with the event `end`, a failed one with `error`; one cut by the server with neither, so clients come back.
 */
export async function writeEventStream(
  response: ServerResponse,
  stream: EventStream,
  options: EventStreamOptions = {},
): Promise<void> {
  const { keepAliveMs = 15_000, stallMs = 30_000 } = options;
  response.writeHead(200, {
    ...stream.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  response.write('retry: 2000\n\n');
  const keepAlive = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': keep-alive\n\n');
  }, keepAliveMs);
  const iterator = stream.events[Symbol.asyncIterator]();
  let finished = false;
  try {
    let ended = false;
    while (true) {
      const next = await orLeft(iterator.next(), stream.signal);
      if (next === left) break;
      if (next.done) {
        finished = true;
        if (!ended) response.write('event: end\ndata: {}\n\n');
        break;
      }
      ended = next.value.event === 'end';
      if (!response.write(formatEvent(next.value)) && !(await drained(response, stream.signal, stallMs))) break;
    }
  } catch (thrown) {
    finished = true;
    response.write(`event: error\ndata: ${JSON.stringify({ error: stream.present(thrown) })}\n\n`);
  } finally {
    clearInterval(keepAlive);
    if (!finished) iterator.return?.()?.then(undefined, (thrown: unknown) => void stream.present(thrown));
  }
  response.end();
}

/** One event in the wire's form; JSON has no line breaks, ids and names lose theirs. */
export function formatEvent({ id, event, data }: StreamEvent): string {
  const head = id === undefined ? '' : `id: ${oneLine(id)}\n`;
  return `${head}event: ${oneLine(event)}\ndata: ${JSON.stringify(data)}\n\n`;
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, ' ');

/** What `work` gives, or `left` when the signal aborts first. No reaction stays behind on the signal. */
function orLeft<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | typeof left> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(left);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** True when the connection takes more; false when the client left, or was cut because it did not read. */
async function drained(response: ServerResponse, signal: AbortSignal, stallMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onDrain = (): void => resolve(true);
  response.once('drain', onDrain);
  const stall = setTimeout(() => {
    resolve(false);
    response.destroy();
  }, stallMs);
  const outcome = await orLeft(promise, signal);
  clearTimeout(stall);
  response.off('drain', onDrain);
  return outcome === true;
}
