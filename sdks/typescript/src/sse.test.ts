import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sseParser } from './sse.ts';

const parse = (...pieces: string[]) => {
  const parser = sseParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('an SSE parser', () => {
  it('reads names, ids and data of several lines', () => {
    expect(parse('id: 7\nevent: step\ndata: a\ndata:b\ndata\n\n')).toEqual([
      { event: 'step', id: '7', data: 'a\nb\n' },
    ]);
  });

  it('calls an event without a name message, keeps the last id and skips comments and empty events', () => {
    expect(parse(': hi\n\nid: 1\n\ndata: x\n\nid: bad\0id\ndata: y\n\n')).toEqual([
      { event: 'message', id: '1', data: 'x' },
      { event: 'message', id: '1', data: 'y' },
    ]);
  });

  it('skips a byte order mark, ignores unknown fields and an unfinished event', () => {
    expect(parse('\uFEFFdata: x\nother: 1\n\ndata: unfinished\n')).toEqual([
      { event: 'message', id: undefined, data: 'x' },
    ]);
  });

  it('takes the wait of the server', () => {
    const parser = sseParser();
    parser.push('retry: soon\n');
    expect(parser.retryMs).toBeUndefined();
    parser.push('retry: 1500\n');
    expect(parser.retryMs).toBe(1500);
  });

  it('gives the same events wherever the text is cut and however lines end', () => {
    const event = fc.record({
      event: fc.constantFrom('a', 'b c'),
      id: fc.stringMatching(/^[a-z0-9]{1,4}$/),
      lines: fc.array(fc.stringMatching(/^[^\r\n]{0,8}$/), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 4 }),
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (events, end, cuts) => {
          const text = events
            .map(({ event: name, id, lines }) =>
              [`id: ${id}`, `event: ${name}`, ...lines.map((line) => `data: ${line}`), '', ''].join(end),
            )
            .join('');
          const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
          const pieces = [...at, text.length].map((to, index) => text.slice(index === 0 ? 0 : at[index - 1], to));
          expect(parse(...pieces)).toEqual(
            events.map(({ event: name, id, lines }) => ({ event: name, id, data: lines.join('\n') })),
          );
        },
      ),
    );
  });

  it('refuses an event beyond its bound, in one line or in many', () => {
    const tooLarge = expect.objectContaining({ code: 'event_too_large' });
    expect(() => sseParser(100).push('x'.repeat(101))).toThrow(tooLarge);
    expect(() => sseParser(100).push('data: 12345678\n'.repeat(20))).toThrow(tooLarge);
  });
});
