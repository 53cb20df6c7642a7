const pageBytes = 4096;
const zeroTailBytes = 65_536;
const minStackBytes = 1024 * 1024;

/**
 * The memory of a WebAssembly instance at rest, to return to.
 *
 * The memory is laid out as static data, machine stack, heap. At rest the stack is one long run of zero pages: it is left
 * out, as what stands below the stack pointer is never read. Static data that is still zero follows the static data that is
 * not, so {@link zeroTailBytes} of the gap are kept too. Past the last page in use the heap was never handed out; the allocator
 * takes it for arbitrary bytes.
 */
export class MemorySnapshot {
  private readonly memory: WebAssembly.Memory;
  private readonly parts: { readonly at: number; readonly bytes: Uint8Array }[] = [];

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    const bytes = new Uint8Array(memory.buffer);
    const end = usedBytes(bytes);
    const gap = longestZeroRun(bytes, end);
    if (gap.end - gap.start < minStackBytes) this.keep(bytes, 0, end);
    else {
      this.keep(bytes, 0, gap.start + zeroTailBytes);
      this.keep(bytes, gap.end, end);
    }
  }

  restore(): void {
    const bytes = new Uint8Array(this.memory.buffer);
    for (const part of this.parts) bytes.set(part.bytes, part.at);
  }

  private keep(bytes: Uint8Array, from: number, to: number): void {
    this.parts.push({ at: from, bytes: bytes.slice(from, to) });
  }
}

const zeroPage = Buffer.alloc(pageBytes);

function isZero(bytes: Uint8Array, page: number): boolean {
  return zeroPage.compare(bytes, page, page + pageBytes) === 0;
}

/** Whole pages up to the last one in use; WebAssembly memory is a multiple of these pages. */
function usedBytes(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isZero(bytes, end - pageBytes)) end -= pageBytes;
  return end;
}

function longestZeroRun(bytes: Uint8Array, end: number): { start: number; end: number } {
  let best = { start: 0, end: 0 };
  let start = 0;
  for (let page = 0; page < end; page += pageBytes) {
    if (isZero(bytes, page)) continue;
    if (page - start > best.end - best.start) best = { start, end: page };
    start = page + pageBytes;
  }
  return best;
}
