/**
 * Frames between the server and its children, on a private descriptor.
 *
 * Layout, big-endian: u32 length of what follows, u8 kind, u32 call id, u32 length of the head, head (JSON), body (bytes).
 * I1 A decoder never holds more than one frame above its limit; a longer one is an error before its bytes are kept.
 */

/** Kinds of frames. Below 10 they go to the child, from 10 on they come from it. */
export const frameKind = { call: 1, cancel: 2, reply: 3, ready: 10, answer: 11, request: 12, parked: 13 } as const;

/** One frame; the body is opaque to the channel. */
export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

const prefix = 13;
const empty = Buffer.alloc(0);

/** The bytes of one frame. */
export function encodeFrame(kind: number, id: number, head: object, body: string | Uint8Array = empty): Buffer {
  const headText = JSON.stringify(head);
  const headBytes = Buffer.byteLength(headText);
  const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const frame = Buffer.allocUnsafe(prefix + headBytes + bodyBytes);
  frame.writeUInt32BE(prefix - 4 + headBytes + bodyBytes, 0);
  frame[4] = kind;
  frame.writeUInt32BE(id, 5);
  frame.writeUInt32BE(headBytes, 9);
  frame.write(headText, prefix, 'utf8');
  if (typeof body === 'string') frame.write(body, prefix + headBytes, 'utf8');
  else frame.set(body, prefix + headBytes);
  return frame;
}

/** Cuts a byte stream into frames. `push` throws on a frame longer than `maxFrameBytes` or malformed. */
export class FrameDecoder {
  private readonly maxFrameBytes: number;
  private chunks: Buffer[] = [];
  private held = 0;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.held < prefix) return frames;
      const first = this.first(prefix);
      const length = first.readUInt32BE(0);
      if (length < prefix - 4 || length > this.maxFrameBytes) throw new RangeError(`A frame of ${length} bytes.`);
      if (this.held < length + 4) return frames;
      frames.push(parse(this.take(length + 4)));
    }
  }

  /** The first `size` bytes or more, joined only when the first chunk is too short. */
  private first(size: number): Buffer {
    const first = this.chunks[0] ?? empty;
    if (first.length >= size) return first;
    const joined = Buffer.concat(this.chunks);
    this.chunks = [joined];
    return joined;
  }

  private take(size: number): Buffer {
    const first = this.first(size);
    this.held -= size;
    if (first.length === size) this.chunks.shift();
    else this.chunks[0] = first.subarray(size);
    return first.subarray(0, size);
  }
}

function parse(bytes: Buffer): Frame {
  const headEnd = prefix + bytes.readUInt32BE(9);
  if (headEnd > bytes.length) throw new RangeError('The head of a frame is longer than the frame.');
  const head: unknown = JSON.parse(bytes.toString('utf8', prefix, headEnd));
  if (typeof head !== 'object' || head === null) throw new TypeError('The head of a frame is not an object.');
  return {
    kind: bytes[4] as number,
    id: bytes.readUInt32BE(5),
    head: head as Record<string, unknown>,
    body: bytes.subarray(headEnd),
  };
}
