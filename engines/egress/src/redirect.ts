import { afterSending } from './errors.ts';
import type { ExchangeResult } from './exchange.ts';

/** The parts of a request that a redirect changes. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const contentHeaders = /^content-/;
const credentialHeaders = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** True when the response redirects and says where to. */
export function isRedirect({ status, headers }: ExchangeResult): boolean {
  return redirectStatuses.has(status) && typeof headers['location'] === 'string';
}

/**
 * The next request after a redirect (RFC 9110 section 15.4 and the Fetch standard): 303, and 301 or 302 after POST, become GET without body.
 * To another origin no credentials go along: the usual headers and those in `secretHeaders` (lower case).
 * @throws Conv3nError `response_invalid` when the location is not a URL
 */
export function nextHop(hop: Hop, response: ExchangeResult, secretHeaders: ReadonlySet<string>): Hop {
  const location = response.headers['location'] as string;
  const url = URL.parse(location, hop.url);
  if (!url) {
    throw afterSending('response_invalid', `${hop.url.origin} redirects to something that is not a URL.`);
  }
  const { status } = response;
  const toGet =
    (status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD') ||
    ((status === 301 || status === 302) && hop.method === 'POST');
  const foreign = url.origin !== hop.url.origin;
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(
      ([name]) =>
        !(toGet && contentHeaders.test(name)) && !(foreign && (credentialHeaders.has(name) || secretHeaders.has(name))),
    ),
  );
  return { url, method: toGet ? 'GET' : hop.method, headers, body: toGet ? undefined : hop.body };
}
