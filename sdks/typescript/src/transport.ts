import { apiErrorFrom, Conv3nApiError } from './errors.ts';
import { type EncodedRequest, encodeCall, type OperationCall } from './operation-call.ts';
import { pause, type RetryOptions, retryAfterMs, waitBefore } from './retry.ts';
import { type SseParser, sseParser } from './sse.ts';

export interface ClientOptions {
  /** Such as `http://127.0.0.1:3000`; empty in a page of the server itself. @default '' */
  readonly baseUrl?: string;
  /** Sent as bearer credential; a function is asked for each request. */
  readonly apiKey?: string | (() => string | Promise<string>);
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
  /** Whether cookies travel; see fetch. */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /** Time for one attempt in milliseconds; streams only for their start. @default 60000, or `wait_ms` and 30000 more */
  readonly timeoutMs?: number;
  readonly retry?: RetryOptions;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** As in {@link ClientOptions}, for this call. */
  readonly timeoutMs?: number;
  /** Makes an operation that takes one repeatable: the server runs it once for a key. */
  readonly idempotencyKey?: string;
}

/** One event of a stream. `data` has the operation's event type, except for introductory events that its documentation names. */
export interface StreamEvent<Data = unknown> {
  readonly event: string;
  readonly id?: string;
  readonly data: Data;
}

/** Sends operations. */
export interface Transport {
  call<Output>(call: OperationCall, input: object, options?: CallOptions): Promise<Output>;
  /** Comes back with `Last-Event-ID` when the connection breaks and the operation can resume; ends after the server's `end`, which is given too. */
  stream<Data>(call: OperationCall, input: object, options?: CallOptions): AsyncIterable<StreamEvent<Data>>;
}

/** A transport over fetch. `protocolVersion` is the contract's. */
export function createTransport(options: ClientOptions, protocolVersion: string): Transport {
  const { baseUrl = '', retry = {} } = options;
  const send = async (
    request: EncodedRequest,
    accept: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<OpenResponse> => {
    const attempt = new AbortController();
    const onAbort = (): void => attempt.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const timedOut = new Conv3nApiError({
      code: 'client_timeout',
      message: `No answer within ${timeoutMs} ms.`,
      status: 0,
      retryable: true,
    });
    const timer = setTimeout(() => attempt.abort(timedOut), timeoutMs);
    const close = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    try {
      const response = await (options.fetch ?? fetch)(baseUrl.replace(/\/$/, '') + request.target, {
        method: request.method,
        headers: {
          accept,
          'x-protocol-version': protocolVersion,
          ...(await authorization(options)),
          ...request.headers,
        },
        ...(request.body !== undefined && { body: request.body }),
        ...(options.credentials && { credentials: options.credentials }),
        signal: attempt.signal,
      });
      return { response, close, stopTimer: () => clearTimeout(timer), abort: () => attempt.abort() };
    } catch (error) {
      close();
      throw failure(error, signal);
    }
  };
  const prepare = (call: OperationCall, input: object, callOptions: CallOptions) => {
    const fields = input as Readonly<Record<string, unknown>>;
    const request = encodeCall(call, fields);
    if (callOptions.idempotencyKey !== undefined) request.headers['idempotency-key'] = callOptions.idempotencyKey;
    const waits = fields['wait_ms'];
    const timeoutMs =
      callOptions.timeoutMs ?? options.timeoutMs ?? (typeof waits === 'number' ? waits + 30_000 : 60_000);
    return {
      request,
      timeoutMs,
      repeatable: call.repeatable === true || request.headers['idempotency-key'] !== undefined,
    };
  };
  return {
    async call<Output>(call: OperationCall, input: object, callOptions: CallOptions = {}): Promise<Output> {
      const { request, timeoutMs, repeatable } = prepare(call, input, callOptions);
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await once(
          send(request, 'application/json', timeoutMs, callOptions.signal),
          callOptions.signal,
        );
        if (!(outcome.error instanceof Conv3nApiError)) {
          if (outcome.error !== undefined) throw outcome.error;
          return outcome.data as Output;
        }
        const wait =
          repeatable && outcome.error.retryable
            ? waitBefore(attempt, outcome.retryAfterMs, retry, Math.random)
            : undefined;
        if (wait === undefined) throw outcome.error;
        await pause(wait, callOptions.signal);
      }
    },
    async *stream<Data>(
      call: OperationCall,
      input: object,
      callOptions: CallOptions = {},
    ): AsyncGenerator<StreamEvent<Data>> {
      const { request, timeoutMs, repeatable } = prepare(call, input, callOptions);
      const resumable =
        repeatable && Object.values(call.headers ?? {}).some((name) => name.toLowerCase() === 'last-event-id');
      const parserState: { retryMs: number | undefined } = { retryMs: undefined };
      for (let attempt = 0; ; attempt += 1) {
        try {
          const opened = await send(request, 'text/event-stream', timeoutMs, callOptions.signal);
          for await (const event of eventsOf<Data>(opened, callOptions.signal, parserState)) {
            if (event.id !== undefined) request.headers['last-event-id'] = event.id;
            attempt = 0;
            yield event;
            if (event.event === 'end') return;
          }
          throw new Conv3nApiError({
            code: 'stream_interrupted',
            message: 'The stream ended before its last event.',
            status: 0,
            retryable: true,
          });
        } catch (error) {
          const wait =
            resumable && error instanceof Conv3nApiError && error.retryable
              ? waitBefore(attempt, parserState.retryMs, retry, Math.random)
              : undefined;
          if (wait === undefined) throw error;
          await pause(wait, callOptions.signal);
        }
      }
    },
  };
}

interface OpenResponse {
  readonly response: Response;
  /** Lets go of timer and listener. */
  close(): void;
  stopTimer(): void;
  abort(): void;
}

async function authorization({ apiKey }: ClientOptions): Promise<Record<string, string>> {
  if (apiKey === undefined) return {};
  return { authorization: `Bearer ${typeof apiKey === 'string' ? apiKey : await apiKey()}` };
}

/** The caller's own abort reason as it is, anything else as an error of this client. */
function failure(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof Conv3nApiError) return error;
  return new Conv3nApiError({
    code: 'connection_failed',
    message: 'The server cannot be reached.',
    status: 0,
    retryable: true,
    cause: error,
  });
}

interface Outcome {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly retryAfterMs?: number | undefined;
}

async function once(sending: Promise<OpenResponse>, signal: AbortSignal | undefined): Promise<Outcome> {
  let opened: OpenResponse | undefined;
  try {
    opened = await sending;
    const { response } = opened;
    const body = response.status === 204 ? undefined : await jsonOf(response);
    if (response.ok)
      return isEnvelope(body)
        ? { data: body.data }
        : response.status === 204
          ? {}
          : { error: apiErrorFrom(response.status, body, null) };
    const error = apiErrorFrom(response.status, body, response.headers.get('x-request-id'));
    return { error, retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()) };
  } catch (error) {
    return { error: failure(error, signal) };
  } finally {
    opened?.close();
  }
}

const isEnvelope = (body: unknown): body is { readonly data: unknown } =>
  typeof body === 'object' && body !== null && 'data' in body;

/** The JSON of a body; undefined when it is none. A broken connection still throws. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function* eventsOf<Data>(
  opened: OpenResponse,
  signal: AbortSignal | undefined,
  state: { retryMs: number | undefined },
): AsyncGenerator<StreamEvent<Data>> {
  const { response } = opened;
  try {
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (!response.ok || !isStream)
      throw apiErrorFrom(response.status, await jsonOf(response), response.headers.get('x-request-id'));
    opened.stopTimer();
    const parser = sseParser();
    for await (const event of decoded(response, parser)) {
      state.retryMs = parser.retryMs;
      if (event.event === 'error')
        throw apiErrorFrom(response.status, JSON.parse(event.data), response.headers.get('x-request-id'));
      yield {
        event: event.event,
        ...(event.id !== undefined && { id: event.id }),
        data: JSON.parse(event.data) as Data,
      };
    }
  } catch (error) {
    throw failure(error, signal);
  } finally {
    opened.close();
    opened.abort();
  }
}

async function* decoded(response: Response, parser: SseParser) {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* parser.push(decoder.decode(value, { stream: true }));
  }
}
