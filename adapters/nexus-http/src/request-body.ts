import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { nexusErrors } from '@conv3n/nexus';
import type { Conv3nError } from '@conv3n/platform';

const empty = Buffer.alloc(0);

/** True when the headers announce a body. */
export function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

/** The bytes of a body, at most `limit`. @throws Conv3nError `body_too_large`, `body_incomplete` */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (!hasBody(request)) return Promise.resolve(empty);
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) {
        settle();
        request.pause();
        reject(tooLarge(limit));
      } else chunks.push(chunk);
    };
    const onEnd = (): void => {
      settle();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    };
    const onClose = (): void => {
      settle();
      reject(nexusErrors.error('body_incomplete', 'The connection ended before the body was complete. Send it again.'));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** The JSON value of a body; undefined when it is empty. @throws Conv3nError `malformed_body`, `unsupported_media_type` */
export function parseJsonBody(request: IncomingMessage, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const type = request.headers['content-type'];
  if (type !== undefined && !jsonType.test(type)) {
    throw nexusErrors.error(
      'unsupported_media_type',
      `The body has the type ${JSON.stringify(type.slice(0, 100))}. Send application/json.`,
    );
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw nexusErrors.error(
      'unsupported_media_type',
      `The body is encoded as ${JSON.stringify(encoding.slice(0, 50))}. Send it unencoded.`,
    );
  }
  if (!isUtf8(body)) throw nexusErrors.error('malformed_body', 'The body is not UTF-8. Encode it so.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw nexusErrors.error('malformed_body', `The body is not JSON: ${(error as SyntaxError).message}`, {
      cause: error,
    });
  }
}

const jsonType = /^\s*application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i;

function tooLarge(limit: number): Conv3nError {
  return nexusErrors.error(
    'body_too_large',
    `The body is larger than the ${limit} bytes this operation takes. Send less.`,
    {
      details: { limit_bytes: limit },
    },
  );
}
