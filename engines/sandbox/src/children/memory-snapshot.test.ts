import { expect, it } from 'vitest';
import { MemorySnapshot } from './memory-snapshot.ts';

const mib = 1024 * 1024;

it('restores data and heap, and leaves the machine stack between them alone', () => {
  const bytes = new Uint8Array(8 * mib);
  bytes.fill(7, 0, 5000);
  bytes.fill(9, 5 * mib, 5 * mib + 5000);
  const snapshot = new MemorySnapshot({ buffer: bytes.buffer });
  bytes.fill(1);
  snapshot.restore();
  expect([bytes[0], bytes[4999], bytes[5000], bytes[60_000], bytes[5 * mib], bytes[5 * mib + 4999]]).toEqual([
    7, 7, 0, 0, 9, 9,
  ]);
  expect(bytes[3 * mib]).toBe(1);
});

it('restores everything in use when there is no stack to leave out', () => {
  const bytes = new Uint8Array(mib);
  bytes.fill(7, 0, 5000);
  bytes[200_000] = 3;
  const snapshot = new MemorySnapshot({ buffer: bytes.buffer });
  bytes.fill(1);
  snapshot.restore();
  expect([bytes[0], bytes[100_000], bytes[200_000]]).toEqual([7, 0, 3]);
});

it('follows a memory that grew', () => {
  const memory = { buffer: new Uint8Array(mib).fill(5, 0, 10).buffer };
  const snapshot = new MemorySnapshot(memory);
  memory.buffer = new ArrayBuffer(2 * mib);
  snapshot.restore();
  expect(new Uint8Array(memory.buffer)[9]).toBe(5);
});
