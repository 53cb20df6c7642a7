import { type IpAddress, type IpRange, isInRange, parseIpRange } from './ip-address.ts';

/**
 * The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and successors), multicast, and site-local (RFC 3879).
 * Entries that IANA calls globally reachable are in as well: none of them is a service somebody calls by address.
 * More precise ranges stand before those that contain them, so the name is the most telling one.
 */
const table: readonly (readonly [range: string, name: string])[] = [
  ['0.0.0.0/8', 'this network'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'carrier-grade NAT'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.169.254/32', 'cloud metadata'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'protocol assignments'],
  ['192.0.2.0/24', 'documentation'],
  ['192.31.196.0/24', 'AS112'],
  ['192.52.193.0/24', 'AMT'],
  ['192.88.99.0/24', '6to4 relay'],
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'AS112'],
  ['198.18.0.0/15', 'benchmarking'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'IPv4-mapped'],
  ['::/96', 'IPv4-compatible'],
  ['64:ff9b::/96', 'NAT64'],
  ['64:ff9b:1::/48', 'NAT64'],
  ['100::/64', 'discard'],
  ['100:0:0:1::/64', 'dummy prefix'],
  ['2001::/32', 'Teredo'],
  ['2001:2::/48', 'benchmarking'],
  ['2001::/23', 'protocol assignments'],
  ['2001:db8::/32', 'documentation'],
  ['2002::/16', '6to4'],
  ['2620:4f:8000::/48', 'AS112'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'segment routing'],
  ['fc00::/7', 'unique local'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'site-local'],
  ['ff00::/8', 'multicast'],
];

function range(text: string): IpRange {
  const parsed = parseIpRange(text);
  if (!parsed) throw new TypeError(`${text} is not a range`);
  return parsed;
}

const ranges = table.map(([text, name]) => ({ range: range(text), name }));

/** IANA has given out only this part of IPv6 as global unicast; everything outside is special by definition. */
const globalUnicastV6 = range('2000::/3');

/** The name of the special-purpose range the address lies in, such as `loopback`; undefined when it is an ordinary public address. */
export function specialRangeOf(address: IpAddress): string | undefined {
  for (const entry of ranges) {
    if (isInRange(address, entry.range)) return entry.name;
  }
  return address.family === 6 && !isInRange(address, globalUnicastV6) ? 'not global unicast' : undefined;
}
