import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeFrame, FrameDecoder } from './frame.ts';

const plain = (frames: ReturnType<FrameDecoder['push']>) =>
  frames.map(({ kind, id, head, body }) => ({ kind, id, head, body: body.toString('utf8') }));

it('gives back every frame however its bytes are cut', () => {
  const frame = fc.record({
    kind: fc.integer({ min: 0, max: 255 }),
    id: fc.integer({ min: 0, max: 0xffffffff }),
    head: fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.oneof(fc.string(), fc.integer()),
      { noNullPrototype: true },
    ),
    body: fc.string({ unit: 'grapheme' }),
  });
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 5 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ kind, id, head, body }) => encodeFrame(kind, id, head, body)));
        const decoder = new FrameDecoder(1_000_000);
        const found = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = cuts[turn % cuts.length] as number;
          found.push(...decoder.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(plain(found)).toEqual(frames);
      },
    ),
  );
});

it('takes bytes for a body', () => {
  const [frame] = new FrameDecoder(100).push(encodeFrame(1, 2, {}, Uint8Array.of(0, 255)));
  expect([...(frame?.body ?? [])]).toEqual([0, 255]);
});

it.each([
  ['longer than allowed', encodeFrame(1, 1, {}, 'x'.repeat(200))],
  ['shorter than its own fields', Buffer.alloc(20)],
  ['with a head longer than itself', Buffer.from([0, 0, 0, 9, 1, 0, 0, 0, 1, 0, 0, 0, 9])],
  ['with a head that is not JSON', Buffer.from([0, 0, 0, 10, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0x7b])],
  ['with a head that is no object', Buffer.from([0, 0, 0, 10, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0x31])],
])('refuses a frame %s', (_name, bytes) => {
  expect(() => new FrameDecoder(100).push(bytes)).toThrow();
});
