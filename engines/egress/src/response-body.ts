import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Conv3nError } from '@conv3n/platform';
import { afterSending } from './errors.ts';

/** Encodings asked for and undone. */
export const acceptedEncodings = 'gzip, deflate, br, zstd';

const decoders = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
} as const;

/** Collects one response body, decoded, and never holds more than `maxBytes` of it. */
export interface BodySink {
  /** True when the content encoding was undone, so its headers no longer describe the body. */
  readonly decodes: boolean;
  /** Takes bytes from the wire; false asks to pause until `onDrain`. */
  write(chunk: Uint8Array): boolean;
  end(): void;
  /** Frees the decoder; nothing is called afterwards. */
  discard(): void;
}

export interface BodySinkCallbacks {
  readonly onDrain: () => void;
  readonly onDone: (body: Uint8Array) => void;
  readonly onError: (error: Conv3nError) => void;
}

function isDecodable(encoding: string | undefined): encoding is keyof typeof decoders {
  return encoding !== undefined && Object.hasOwn(decoders, encoding);
}

/** A sink for a body with the given content encoding; an unknown encoding is passed through as it came. */
export function bodySink(encoding: string | undefined, maxBytes: number, on: BodySinkCallbacks): BodySink {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let over = false;
  const keep = (chunk: Uint8Array): void => {
    if (over) return;
    size += chunk.byteLength;
    if (size <= maxBytes) {
      chunks.push(chunk);
      return;
    }
    over = true;
    chunks.length = 0;
    on.onError(
      afterSending(
        'response_too_large',
        `The response is larger than ${maxBytes} bytes. Raise maxBytes or ask for less.`,
      ),
    );
  };
  const done = (): void => {
    if (!over) on.onDone(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size));
  };
  if (!isDecodable(encoding)) {
    return {
      decodes: false,
      write(chunk) {
        keep(chunk);
        return true;
      },
      end: done,
      discard() {
        over = true;
      },
    };
  }
  const decoder = decoders[encoding]();
  decoder.on('data', keep);
  decoder.on('end', done);
  decoder.on('drain', () => on.onDrain());
  decoder.on('error', (cause) => {
    if (over) return;
    over = true;
    on.onError(afterSending('response_invalid', `The response is not valid ${encoding}: ${cause.message}`, cause));
  });
  return {
    decodes: true,
    write: (chunk) => decoder.write(chunk),
    end: () => decoder.end(),
    discard() {
      over = true;
      decoder.destroy();
    },
  };
}
