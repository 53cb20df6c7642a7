import { beforeEffect } from './errors.ts';
import { type IpAddress, type IpRange, isInRange, parseIp, parseIpRange } from './ip-address.ts';

/** What a target is compared with: a range of addresses or a host name, and optionally one port. */
interface Entry {
  readonly port: number | undefined;
  readonly range?: IpRange;
  /** Lower case, without the trailing dot; a leading `*.` stands for any subdomain. */
  readonly host?: string;
}

/** Entries such as `10.0.0.0/8`, `127.0.0.1:8080`, `[::1]:8080`, `db.internal`, `*.example.com:443`. */
export interface AllowList {
  /** The entries as written. */
  readonly entries: readonly string[];
  /** True when an entry names the host itself. */
  allowsHost(host: string, port: number): boolean;
  /** True when an entry holds the address. */
  allowsAddress(address: IpAddress, port: number): boolean;
}

const hostPattern = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/** A host name in the form entries are compared in. */
export function normalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

function splitPort(text: string): { rest: string; port: number | undefined } | undefined {
  // A bare IPv6 address or CIDR is full of colons; with a port it needs brackets.
  if (parseIpRange(text)) return { rest: text, port: undefined };
  const match = /^(.*):(\d{1,5})$/.exec(text);
  if (!match) return { rest: text, port: undefined };
  const port = Number(match[2]);
  return port >= 1 && port <= 65_535 ? { rest: match[1] as string, port } : undefined;
}

function parseEntry(text: string): Entry | undefined {
  const split = splitPort(text.trim());
  if (!split) return undefined;
  const { rest, port } = split;
  const range = parseIpRange(rest.startsWith('[') && rest.endsWith(']') ? rest.slice(1, -1) : rest);
  if (range) return { port, range };
  const host = normalHost(rest);
  // A host that ends in a number is a misspelt address, never a name (WHATWG URL).
  return hostPattern.test(host) && !/(?:^|\.)\d+$/.test(host) ? { port, host } : undefined;
}

/** Parses the entries. @throws Conv3nError `invalid_allow_entry` */
export function allowList(entries: readonly string[]): AllowList {
  const parsed = entries.map((text) => {
    const entry = parseEntry(text);
    if (entry) return entry;
    throw beforeEffect(
      'invalid_allow_entry',
      `"${text}" is not an allow-list entry. Write a CIDR (10.0.0.0/8), an address (127.0.0.1:8080, [::1]:8080) or a host (db.internal, *.example.com:443).`,
    );
  });
  return {
    entries,
    allowsHost(host, port) {
      const wanted = normalHost(host);
      const address = parseIp(wanted);
      return parsed.some((entry) => {
        if (entry.port !== undefined && entry.port !== port) return false;
        if (entry.range) return address !== undefined && isInRange(address, entry.range);
        if (entry.host?.startsWith('*.')) return wanted.endsWith(entry.host.slice(1));
        return entry.host === wanted;
      });
    },
    allowsAddress: (address, port) =>
      parsed.some(
        (entry) =>
          entry.range !== undefined &&
          (entry.port === undefined || entry.port === port) &&
          isInRange(address, entry.range),
      ),
  };
}
