import { type AllowList, normalHost } from './allow-list.ts';
import { beforeEffect } from './errors.ts';
import { parseIp } from './ip-address.ts';
import type { Resolver } from './resolver.ts';
import { specialRangeOf } from './special-ranges.ts';

/** More addresses than this of one name are not looked at. */
const maxAddresses = 64;

/** Decides which addresses may be dialled for a host and port. */
export interface Gate {
  /**
   * The addresses of the host, each of them checked; only these may be dialled.
   * @throws Conv3nError `egress_denied` when any of them is not allowed, `dns_failed`
   */
  addresses(hostname: string, port: number): Promise<readonly string[]>;
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

async function resolveAll(resolve: Resolver, hostname: string): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(hostname);
  } catch (cause) {
    throw beforeEffect(
      'dns_failed',
      `The host ${hostname} could not be resolved. Check its spelling and the DNS.`,
      cause,
    );
  }
  if (addresses.length === 0) {
    throw beforeEffect('dns_failed', `The host ${hostname} has no address. Check its spelling and the DNS.`);
  }
  return addresses.slice(0, maxAddresses);
}

/** A gate that opens public addresses, and special-purpose ones only as far as `allow` says. */
export function createGate(allow: AllowList, resolve: Resolver): Gate {
  return {
    async addresses(hostname, port) {
      const literal = parseIp(hostname);
      const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
      const addresses = literal ? [bare] : await resolveAll(resolve, normalHost(hostname));
      const hostAllowed = allow.allowsHost(hostname, port);
      const refused: string[] = [];
      const names = new Set<string>();
      for (const text of addresses) {
        const address = parseIp(text);
        const special = address ? specialRangeOf(address) : 'unreadable';
        if (special === undefined || hostAllowed || (address && allow.allowsAddress(address, port))) continue;
        refused.push(text);
        names.add(special);
      }
      if (refused.length === 0) return addresses;
      const what = refused.length === 1 ? `The address ${refused[0]}` : `The addresses ${refused.join(', ')}`;
      const of = literal ? '' : ` of ${hostname}`;
      const setting = `CONV3N_EGRESS_ALLOW=${refused.map((address) => withPort(address, port)).join(',')}`;
      throw beforeEffect(
        'egress_denied',
        `${what}${of} may not be reached (${[...names].join(', ')}). To allow it, start the server with ${setting}`,
      );
    },
  };
}
