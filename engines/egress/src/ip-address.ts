import { isIPv4, isIPv6 } from 'node:net';

/** An address as its 4 or 16 bytes in network order. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** A range of addresses: those whose first `bits` bits equal those of `base`. */
export interface IpRange {
  readonly base: IpAddress;
  readonly bits: number;
}

function v4Bytes(text: string): number[] {
  return text.split('.').map(Number);
}

function v6Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = '', tail] = text.split('::');
  const groups = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (group.includes('.')) return v4Bytes(group);
          const value = Number.parseInt(group, 16);
          return [value >> 8, value & 0xff];
        });
  bytes.set(groups(head));
  if (tail !== undefined) {
    const end = groups(tail);
    bytes.set(end, 16 - end.length);
  }
  return bytes;
}

/** The address written as `text` in canonical dotted or colon form, brackets and zone ids ignored; undefined when it is none. */
export function parseIp(text: string): IpAddress | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIPv4(bare)) return { family: 4, bytes: Uint8Array.from(v4Bytes(bare)) };
  if (!isIPv6(bare)) return undefined;
  return { family: 6, bytes: v6Bytes(bare.split('%', 1)[0] as string) };
}

/** The range written as `address/bits` or as a single address; undefined when it is none. */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const base = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (!base) return undefined;
  const width = base.bytes.length * 8;
  if (slash < 0) return { base, bits: width };
  const bits = text.slice(slash + 1);
  return /^\d{1,3}$/.test(bits) && Number(bits) <= width ? { base, bits: Number(bits) } : undefined;
}

/** True when `address` is of the range's family and inside it. */
export function isInRange(address: IpAddress, { base, bits }: IpRange): boolean {
  if (address.family !== base.family) return false;
  const whole = bits >> 3;
  for (let index = 0; index < whole; index += 1) {
    if (address.bytes[index] !== base.bytes[index]) return false;
  }
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = 0xff << (8 - rest);
  return ((address.bytes[whole] as number) & mask) === ((base.bytes[whole] as number) & mask);
}
