import { lookup } from 'node:dns/promises';

/** Port: all addresses of a host name, best first. Rejects when there are none. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** The system's resolver, hosts file included. */
export const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map((entry) => entry.address);
