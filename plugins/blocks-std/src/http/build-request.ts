import type { EgressRequest } from '@conv3n/egress';
import { type JsonValue, parseDuration } from '@conv3n/platform';
import type { StepIdentity } from '@conv3n/workflow';
import { blocksStdErrors } from '../errors.ts';
import type { SecretReader } from '../secret-reader.ts';
import {
  defaultMaxBytes,
  defaultRedirects,
  defaultTimeout,
  type HttpAuth,
  type HttpConfig,
  maxTimeoutMs,
} from './http-config.ts';

function unusable(path: string, why: string): Error {
  return blocksStdErrors.error('block_config_invalid', `The field "${path}" ${why}.`);
}

function asText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw unusable(path, 'must be text, a number or true or false');
}

async function revealText(secrets: SecretReader, value: unknown, path: string): Promise<string> {
  if (value === undefined || value === null) throw unusable(path, 'is missing');
  return asText(await secrets.reveal(value), path);
}

interface Parts {
  readonly url: URL;
  readonly headers: Map<string, string>;
  readonly secretHeaders: string[];
}

async function addAuth(auth: HttpAuth, parts: Parts, secrets: SecretReader): Promise<void> {
  const secretHeader = (name: string, value: string): void => {
    parts.headers.set(name.toLowerCase(), value);
    parts.secretHeaders.push(name);
  };
  switch (auth.type) {
    case 'bearer':
      return secretHeader('authorization', `Bearer ${await revealText(secrets, auth.token, 'auth.token')}`);
    case 'basic': {
      const user = await revealText(secrets, auth.username, 'auth.username');
      if (user.includes(':')) throw unusable('auth.username', 'must not hold a colon');
      const pair = Buffer.from(`${user}:${await revealText(secrets, auth.password, 'auth.password')}`).toString(
        'base64',
      );
      secrets.conceal(pair);
      return secretHeader('authorization', `Basic ${pair}`);
    }
    case 'header':
      return secretHeader(asText(auth.name, 'auth.name'), await revealText(secrets, auth.value, 'auth.value'));
    case 'query':
      parts.url.searchParams.append(
        asText(auth.name, 'auth.name'),
        await revealText(secrets, auth.value, 'auth.value'),
      );
      return;
    default:
      throw unusable('auth.type', 'must be bearer, basic, header or query');
  }
}

function addQuery(url: URL, query: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const element of Array.isArray(value) ? value : [value]) {
      url.searchParams.append(name, asText(element, `query.${name}`));
    }
  }
}

/** A string goes as it is, a form when the content type says so, anything else as JSON. */
function encodeBody(body: JsonValue, headers: Map<string, string>): string {
  const type = headers.get('content-type');
  if (typeof body === 'string') {
    if (type === undefined) headers.set('content-type', 'text/plain; charset=utf-8');
    return body;
  }
  if (
    type?.startsWith('application/x-www-form-urlencoded') &&
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body)
  ) {
    const form = new URL('http://form');
    addQuery(form, body as Record<string, JsonValue>);
    return form.searchParams.toString();
  }
  if (type === undefined) headers.set('content-type', 'application/json');
  return JSON.stringify(body);
}

function timeoutOf(config: HttpConfig): number {
  const timeoutMs = parseDuration(config.timeout ?? defaultTimeout);
  if (timeoutMs < 1 || timeoutMs > maxTimeoutMs)
    throw unusable('timeout', `must be from 1ms to 5m and is ${config.timeout}`);
  return timeoutMs;
}

/** The request a config describes, with secrets revealed. @throws Conv3nError `block_config_invalid`, `invalid_duration`, or of the secrets service */
export async function buildRequest(
  config: HttpConfig,
  step: StepIdentity,
  secrets: SecretReader,
): Promise<EgressRequest> {
  const url = URL.parse(config.url);
  if (!url) throw unusable('url', `is "${config.url}", which is not an absolute URL`);
  const parts: Parts = { url, headers: new Map(), secretHeaders: [] };
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    if (value === null || value === undefined) continue;
    if (secrets.holds(value)) parts.secretHeaders.push(name);
    parts.headers.set(name.toLowerCase(), asText(await secrets.reveal(value), `headers.${name}`));
  }
  addQuery(url, (await secrets.reveal(config.query ?? {})) as Record<string, unknown>);
  if (config.auth) await addAuth(config.auth, parts, secrets);
  const method = config.method ?? 'GET';
  // The field's practice for unsafe methods (Stripe, the IETF draft): a server that knows the key makes a repeat harmless.
  if ((method === 'POST' || method === 'PATCH') && !parts.headers.has('idempotency-key')) {
    parts.headers.set('idempotency-key', step.idempotencyKey);
  }
  const body =
    config.body === undefined ? undefined : encodeBody((await secrets.reveal(config.body)) as JsonValue, parts.headers);
  return {
    url: url.href,
    method,
    headers: Object.fromEntries(parts.headers),
    secretHeaders: parts.secretHeaders,
    timeoutMs: timeoutOf(config),
    maxBytes: config.maxBytes ?? defaultMaxBytes,
    redirects: config.redirects ?? defaultRedirects,
    ...(body !== undefined && { body }),
  };
}
