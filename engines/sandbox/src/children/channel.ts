import { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameDecoder, frameKind } from '../frame.ts';

/** What a child does with the frames it gets. */
export interface ChildHandlers {
  /** Begins a call. Called once per turn of the event loop, so that a cancel can overtake calls not yet begun. */
  readonly call: (frame: Frame) => void | Promise<void>;
  /** Ends a call that has begun. */
  readonly cancel?: (id: number) => void;
  /** Takes the answer to a request. */
  readonly reply?: (frame: Frame) => void;
}

/** The child's end of the private channel. */
export interface ChildChannel {
  readonly answer: (id: number, head: object, body?: string | Uint8Array) => void;
  readonly request: (id: number, head: object, body?: Uint8Array) => void;
  readonly parked: (id: number) => void;
}

const maxFrameBytes = 0x7fff_ffff;

/** Opens the channel on descriptor 3 and reports readiness. The child ends when its parent is gone. */
export function openChannel(handlers: ChildHandlers): ChildChannel {
  const socket = new Socket({ fd: 3, readable: true, writable: true });
  const decoder = new FrameDecoder(maxFrameBytes);
  const waiting = new Map<number, Frame>();
  const send = (kind: number, id: number, head: object, body?: string | Uint8Array): void => {
    socket.write(encodeFrame(kind, id, head, body));
  };
  const next = async (): Promise<void> => {
    for (const [id, frame] of waiting) {
      waiting.delete(id);
      await handlers.call(frame);
      break;
    }
    if (waiting.size > 0) setImmediate(next);
  };
  const cancel = (id: number): void => {
    if (waiting.delete(id)) send(frameKind.answer, id, { cancelled: true });
    else handlers.cancel?.(id);
  };
  socket.on('data', (chunk: Buffer) => {
    for (const frame of decoder.push(chunk)) {
      if (frame.kind === frameKind.call) {
        if (waiting.size === 0) setImmediate(next);
        waiting.set(frame.id, frame);
      } else if (frame.kind === frameKind.cancel) cancel(frame.id);
      else handlers.reply?.(frame);
    }
  });
  const end = () => process.exit(0);
  socket.on('close', end);
  socket.on('error', end);
  send(frameKind.ready, 0, {});
  return {
    answer: (id, head, body) => send(frameKind.answer, id, head, body),
    request: (id, head, body) => send(frameKind.request, id, head, body),
    parked: (id) => send(frameKind.parked, id, {}),
  };
}
