import type { JsonValue } from '@conv3n/platform';
import { triggersErrors } from './errors.ts';

/** A raw body as the JSON value `$trigger.body` holds: JSON parsed, forms as objects, text as text, anything else base64, nothing as null. */
export function parseWebhookBody(body: Uint8Array, contentType: string | undefined): JsonValue {
  if (body.length === 0) return null;
  const type = (contentType ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json')) {
    try {
      return JSON.parse(decode(body)) as JsonValue;
    } catch (error) {
      throw triggersErrors.error(
        'webhook_body_invalid',
        `The body is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    }
  }
  if (type === 'application/x-www-form-urlencoded') {
    const fields: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>;
    for (const [name, value] of new URLSearchParams(decode(body))) {
      const present = fields[name];
      fields[name] = present === undefined ? value : Array.isArray(present) ? [...present, value] : [present, value];
    }
    return { ...fields };
  }
  if (type.startsWith('text/') || type.endsWith('/xml') || type.endsWith('+xml')) return decode(body);
  return body.toBase64();
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw triggersErrors.error('webhook_body_invalid', 'The body is not valid UTF-8.', { cause: error });
  }
}
