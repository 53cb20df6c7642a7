import type { EgressResponse } from '@conv3n/egress';
import type { JsonObject, JsonValue } from '@conv3n/platform';
import type { StepIdentity } from '@conv3n/workflow';
import { blocksStdErrors } from '../errors.ts';
import type { FileJail } from '../files/file-jail.ts';
import { writeJailed } from '../files/write-file.ts';
import type { HttpConfig } from './http-config.ts';

const jsonType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

function header(response: EgressResponse, name: string): string {
  const value = response.headers[name];
  return typeof value === 'string' ? value : '';
}

function decodeText({ body }: EgressResponse, contentType: string): string {
  const charset = /charset="?([\w-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(body);
  } catch (error) {
    // A charset nobody knows: what is readable as UTF-8 is better than nothing.
    if (error instanceof RangeError) return new TextDecoder().decode(body);
    throw error;
  }
}

/** Stable over attempts, so that a repeat replaces the file of the attempt before. */
function downloadPath({ executionId, node, iteration }: StepIdentity, url: string): string {
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(new URL(url).pathname)?.[0].toLowerCase() ?? '';
  return `downloads/${executionId}/${[node, ...iteration].join('-')}${extension}`;
}

async function saveBody(
  response: EgressResponse,
  step: StepIdentity,
  jail: () => Promise<FileJail>,
): Promise<JsonObject> {
  const path = downloadPath(step, response.url);
  await writeJailed(await jail(), path, response.body);
  return { path, bytes: response.body.byteLength, content_type: header(response, 'content-type') };
}

function parseJson(text: string, declared: boolean): JsonValue {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    if (!declared) return text;
    const message = `The response is not JSON: ${(cause as Error).message}. Set response to "text" to take it as it is.`;
    throw blocksStdErrors.error('http_response_not_json', message, { cause });
  }
}

/** The body as the config wants it; of an error response, JSON when it is that, else text. */
export async function readBody(
  response: EgressResponse,
  config: HttpConfig,
  step: StepIdentity,
  jail: () => Promise<FileJail>,
): Promise<JsonValue> {
  const ok = response.status < 400;
  if (ok && config.response === 'file') return await saveBody(response, step, jail);
  const contentType = header(response, 'content-type');
  const text = decodeText(response, contentType);
  if (ok && config.response === 'json') return parseJson(text, true);
  if (config.response === 'text' || !jsonType.test(contentType)) return text;
  return parseJson(text, false);
}

/** Milliseconds the server asks to wait; undefined when it does not say so intelligibly. Seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfterMs(response: EgressResponse, now: number): number | undefined {
  const text = header(response, 'retry-after').trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = text === '' ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
