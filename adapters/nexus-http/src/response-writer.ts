import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { HttpReply } from '@conv3n/http-server';
import { type Operation, type PipelineResponse, wireStatusOf } from '@conv3n/nexus';
import { isRecord } from '@conv3n/platform';

const successStatus = { ok: 200, created: 201, accepted: 202, no_content: 204 } as const;
const json = 'application/json; charset=utf-8';

/** Headers that carry the metadata of an answer, and the handler's own. @throws TypeError when a handler's header cannot be sent */
export function metadataHeaders({ metadata, warning, headers }: PipelineResponse): Record<string, string> {
  const result: Record<string, string> = {
    'x-request-id': metadata.request_id,
    'x-protocol-version': metadata.protocol_version,
    'x-server-version': metadata.server_version,
    'x-processing-time': String(metadata.processing_time_ms),
    'x-content-type-options': 'nosniff',
  };
  if (warning !== undefined) result['x-protocol-warning'] = warning;
  if (headers) {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      result[name.toLowerCase()] = value;
    }
  }
  return result;
}

/** Sends everything but streams. `base` is the path prefix the request came in under. */
export function sendResponse(
  reply: HttpReply,
  response: Exclude<PipelineResponse, { kind: 'stream' }>,
  place: { readonly base: string; readonly operation?: Operation },
): void {
  const headers = metadataHeaders(response);
  if (response.kind === 'raw') {
    headers['content-security-policy'] = 'sandbox';
    headers['content-type'] = response.raw.contentType;
    delete headers['x-protocol-warning'];
    const { body, status } = response.raw;
    reply
      .code(status)
      .headers(headers)
      .send(typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength));
    return;
  }
  headers['cache-control'] ??= 'no-store';
  if (response.kind === 'error') {
    const { error, metadata } = response;
    const status = wireStatusOf(error).http;
    headers['content-type'] = json;
    headers['x-error-code'] = error.code;
    if (status === 401) headers['www-authenticate'] = 'Bearer realm="conv3n"';
    if (status === 413) headers['connection'] = 'close';
    const wait = error.details?.['retry_after_ms'];
    if (typeof wait === 'number') headers['retry-after'] = String(Math.max(1, Math.ceil(wait / 1000)));
    else if (status === 429 || status === 503) headers['retry-after'] = '1';
    reply.code(status).headers(headers).send(JSON.stringify({ error, metadata }));
    return;
  }
  const { outcome, data, metadata } = response;
  if (outcome === 'no_content') {
    reply.code(204).headers(headers).send();
    return;
  }
  headers['content-type'] = json;
  if (outcome === 'created' && headers['location'] === undefined) {
    const location = locationOf(place, data);
    if (location !== undefined) headers['location'] = location;
  }
  reply.code(successStatus[outcome]).headers(headers).send(JSON.stringify({ data, metadata }));
}

/** Where a created thing is found: below the collection it was posted to. */
function locationOf(
  { base, operation }: { readonly base: string; readonly operation?: Operation },
  data: unknown,
): string | undefined {
  if (!operation || operation.http.path.includes('{') || !isRecord(data)) return undefined;
  return typeof data['id'] === 'string' ? `${base}${operation.http.path}/${encodeURIComponent(data['id'])}` : undefined;
}
