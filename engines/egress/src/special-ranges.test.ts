import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIp } from './ip-address.ts';
import { specialRangeOf } from './special-ranges.ts';

/** First and last address of each range as numbers, written by hand and independently of the table under test. */
const v4: readonly (readonly [bigint, bigint])[] = [
  [0x00000000n, 0x00ffffffn],
  [0x0a000000n, 0x0affffffn],
  [0x64400000n, 0x647fffffn],
  [0x7f000000n, 0x7fffffffn],
  [0xa9fe0000n, 0xa9feffffn],
  [0xac100000n, 0xac1fffffn],
  [0xc0000000n, 0xc00000ffn],
  [0xc0000200n, 0xc00002ffn],
  [0xc01fc400n, 0xc01fc4ffn],
  [0xc034c100n, 0xc034c1ffn],
  [0xc0586300n, 0xc05863ffn],
  [0xc0a80000n, 0xc0a8ffffn],
  [0xc0af3000n, 0xc0af30ffn],
  [0xc6120000n, 0xc613ffffn],
  [0xc6336400n, 0xc63364ffn],
  [0xcb007100n, 0xcb0071ffn],
  [0xe0000000n, 0xffffffffn],
];

function specialV4(value: bigint): boolean {
  return v4.some(([from, to]) => value >= from && value <= to);
}

function specialV6(value: bigint): boolean {
  if (value >> 125n !== 1n) return true;
  const top16 = value >> 112n;
  return (
    value >> 105n === 0x2001_00n >> 1n ||
    value >> 96n === 0x2001_0db8n ||
    top16 === 0x2002n ||
    value >> 80n === 0x2620_004f_8000n ||
    value >> 108n === 0x3fff0n
  );
}

function v4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function v6Text(value: bigint): string {
  return Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');
}

const edges = v4.flatMap(([from, to]) => [from - 1n, from, to, to + 1n]).filter((v) => v >= 0n && v < 1n << 32n);
const prefixes = [0x2001n, 0x2002n, 0x2620n, 0x3fffn, 0x2a00n, 0x64n, 0xfc00n, 0xfe80n, 0xfec0n, 0xff02n, 0x100n, 0n];

describe('specialRangeOf', () => {
  it('agrees with a naive table for any IPv4 address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(0n, (1n << 32n) - 1n), fc.constantFrom(...edges)), (value) => {
        expect(specialRangeOf(parseIp(v4Text(value))!) !== undefined).toBe(specialV4(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with a naive table for any IPv6 address, most of all near special prefixes', () => {
    const near = fc
      .tuple(fc.constantFrom(...prefixes), fc.bigInt(0n, 0x1ffn), fc.bigInt(0n, (1n << 96n) - 1n))
      .map(([prefix, second, rest]) => (prefix << 112n) | (second << 96n) | rest);
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(0n, (1n << 128n) - 1n), near), (value) => {
        expect(specialRangeOf(parseIp(v6Text(value))!) !== undefined).toBe(specialV6(value));
      }),
      { numRuns: 4000 },
    );
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'cloud metadata'],
    ['169.254.1.1', 'link-local'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['0.0.0.0', 'this network'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::ffff:7f00:1', 'IPv4-mapped'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b:1::1', 'NAT64'],
    ['100::1', 'discard'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['fd00:ec2::254', 'unique local'],
    ['fe80::1%eth0', 'link-local'],
    ['[fec0::1]', 'site-local'],
    ['ff02::1', 'multicast'],
    ['::ffff:0:127.0.0.1', 'not global unicast'],
    ['4000::1', 'not global unicast'],
  ])('calls %s %s', (text, name) => {
    expect(specialRangeOf(parseIp(text)!)).toBe(name);
  });

  it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '2606:4700::1111', '2a00:1450::1'])(
    'finds nothing special in %s',
    (text) => {
      expect(specialRangeOf(parseIp(text)!)).toBeUndefined();
    },
  );
});

describe('parseIp', () => {
  it.each(['', '1.2.3', '1.2.3.4.5', '0x7f.0.0.1', '2130706433', ':::', '1::2::3', 'localhost', '[::1', '127.0.0.1 '])(
    'refuses %j, which is not in canonical form',
    (text) => {
      expect(parseIp(text)).toBeUndefined();
    },
  );
});
