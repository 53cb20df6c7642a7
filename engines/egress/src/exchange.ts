import { type Conv3nError, isConv3nError } from '@conv3n/platform';
import type { Dispatcher } from 'undici';
import { afterSending, beforeEffect } from './errors.ts';
import { type BodySink, bodySink } from './response-body.ts';

/** One request to one origin, no redirects. */
export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** The error an abort of `signal` means; `sent` tells whether the other side may have seen the request. */
  readonly onAbort: (sent: boolean) => Conv3nError;
}

/** Header values by lower-case name; a list only for `set-cookie`. */
export type ResponseHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What came back. */
export interface ExchangeResult {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Uint8Array;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function plainHeaders(headers: Headers, decoded: boolean): ResponseHeaders {
  const out: [string, string | readonly string[]][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || (decoded && (name === 'content-encoding' || name === 'content-length'))) continue;
    const list = Array.isArray(value) ? value : [value];
    out.push([name, name === 'set-cookie' ? list : list.join(', ')]);
  }
  return Object.fromEntries(out);
}

function first(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const refusedHere = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'UND_ERR_NOT_SUPPORTED']);
const malformed = /^(UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_)/;

function failure(error: Error, sent: boolean, url: URL): Conv3nError {
  if (isConv3nError(error)) return error;
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (refusedHere.has(code))
    return beforeEffect('invalid_request', `The request is not valid HTTP: ${error.message}.`, error);
  if (code === 'UND_ERR_MAX_ORIGINS_REACHED') {
    return beforeEffect('egress_overloaded', 'Connections to too many hosts are open. Try again later.', error);
  }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return (sent ? afterSending : beforeEffect)('egress_closed', 'The client was closed during the request.', error);
  }
  if (error.name === 'HTTPParserError' || malformed.test(code)) {
    return afterSending(
      'response_invalid',
      `${url.origin} answered something that is not HTTP: ${error.message}.`,
      error,
    );
  }
  return (sent ? afterSending : beforeEffect)(
    'connection_lost',
    sent
      ? `The connection to ${url.origin} ended before the response was complete: ${error.message}.`
      : `The connection to ${url.origin} ended before the request was sent: ${error.message}.`,
    error,
  );
}

/** Runs one exchange on the pool and reads its whole body. Rejects with the errors of `errors.ts`. */
export function runExchange(dispatcher: Dispatcher, exchange: Exchange): Promise<ExchangeResult> {
  const { url, method, signal, maxBytes } = exchange;
  return new Promise((resolve, reject) => {
    let sent = false;
    let settled = false;
    let sink: BodySink | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    const finish = (): boolean => {
      if (settled) return false;
      settled = true;
      signal.removeEventListener('abort', abort);
      return true;
    };
    const fail = (error: Conv3nError): void => {
      if (!finish()) return;
      sink?.discard();
      controller?.abort(error);
      reject(error);
    };
    const abort = (): void => fail(exchange.onAbort(sent));
    if (signal.aborted) {
      reject(exchange.onAbort(false));
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: method as Dispatcher.HttpMethod,
        headers: exchange.headers,
        body: exchange.body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          if (settled) {
            started.abort(new Error('no longer wanted'));
            return;
          }
          controller = started;
          sent = true;
        },
        onResponseStart(_controller, status, headers) {
          if (settled || status < 200) return;
          const declared = Number(first(headers, 'content-length') ?? 0);
          const bodiless = method === 'HEAD' || status === 204 || status === 304;
          const encoding = bodiless ? undefined : first(headers, 'content-encoding')?.trim().toLowerCase();
          const collecting = bodySink(encoding, maxBytes, {
            onDrain: () => controller?.resume(),
            onError: fail,
            onDone(body) {
              if (finish()) resolve({ status, headers: plainHeaders(headers, collecting.decodes), body });
            },
          });
          sink = collecting;
          if (!bodiless && declared > maxBytes) {
            const text = `The response announces ${declared} bytes, more than the ${maxBytes} accepted. Raise maxBytes or ask for less.`;
            fail(afterSending('response_too_large', text));
          }
        },
        onResponseData(started, chunk) {
          if (!settled && sink?.write(chunk) === false) started.pause();
        },
        onResponseEnd() {
          if (!settled) sink?.end();
        },
        onResponseError(_controller, error) {
          fail(failure(error, sent, url));
        },
      },
    );
  });
}
