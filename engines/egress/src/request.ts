import { type AllowList, allowList } from './allow-list.ts';
import { beforeEffect } from './errors.ts';
import type { Hop } from './redirect.ts';
import { acceptedEncodings } from './response-body.ts';

/** An outgoing request. */
export interface EgressRequest {
  readonly url: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** From the call to the last byte of the response, redirects included. @default the client's */
  readonly timeoutMs?: number;
  /** Largest response body after decompression. @default the client's */
  readonly maxBytes?: number;
  /** Redirects to follow; 0 answers the redirect itself. @default the client's */
  readonly redirects?: number;
  /** Narrows what may be reached, in the form of allow-list entries; never widens. @default no narrowing */
  readonly hosts?: readonly string[];
  /** Names of further headers that carry credentials and so never follow a redirect to another origin. */
  readonly secretHeaders?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Headers that describe the connection or the framing, or point past the checked host. */
const ownHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const standardMethod = /^(get|head|post|put|delete|options|patch)$/i;

function requestHeaders(given: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (!token.test(name) || ownHeaders.has(lower)) {
      throw beforeEffect(
        'invalid_request',
        `The header "${name}" cannot be set. Remove it; the client writes it itself.`,
      );
    }
    headers[lower] = value;
  }
  headers['accept-encoding'] ??= acceptedEncodings;
  headers['user-agent'] ??= 'conv3n';
  return headers;
}

/** Checks the URL of a hop and whether `narrowing` lets it through. @throws Conv3nError `invalid_request`, `egress_denied` */
export function checkUrl(url: URL, narrowing: AllowList | undefined): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw beforeEffect('invalid_request', `The URL scheme ${url.protocol} is not supported. Use http or https.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw beforeEffect('invalid_request', 'The URL carries a user or password. Send credentials in a header instead.');
  }
  if (!narrowing) return;
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  if (narrowing.allowsHost(host, port)) return;
  const listed = narrowing.entries.length === 0 ? 'none' : narrowing.entries.join(', ');
  throw beforeEffect(
    'egress_denied',
    `${url.hostname}:${port} is not among the hosts of this caller (${listed}). Add it to the manifest's hosts.`,
  );
}

/** The first hop of a request, and what later hops are checked against. @throws Conv3nError `invalid_request`, `invalid_allow_entry` */
export function firstHop(request: EgressRequest): { hop: Hop; narrowing: AllowList | undefined } {
  const url = URL.parse(request.url);
  if (!url)
    throw beforeEffect('invalid_request', `"${request.url}" is not an absolute URL. Write http:// or https://.`);
  const written = request.method ?? 'GET';
  const method = standardMethod.test(written) ? written.toUpperCase() : written;
  if (!token.test(method) || /^(connect|trace)$/i.test(method)) {
    throw beforeEffect(
      'invalid_request',
      `The method "${written}" cannot be sent. Use GET, POST or another request method.`,
    );
  }
  const body = typeof request.body === 'string' ? new TextEncoder().encode(request.body) : request.body;
  return {
    hop: { url, method, headers: requestHeaders(request.headers ?? {}), body },
    narrowing: request.hosts && allowList(request.hosts),
  };
}
