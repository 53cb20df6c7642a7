const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];
const remembered = 64;

/** True when a request with this Host header, on a connection to this local address, is meant for this server. */
export type HostRule = (host: string | undefined, localAddress: string | undefined) => boolean;

/**
 * The defence against DNS rebinding: a page of another site can make a browser reach this address, but not with a Host that is known here.
 * Known are loopback names, `names`, and the literal address the connection came in on, which no foreign name resolves to in a Host header.
 */
export function hostRule(names: readonly string[]): HostRule {
  const known = new Set([...loopbackHosts, ...names.map(normalName)]);
  const passed = new Set<string>();
  return (host, localAddress) => {
    if (host === undefined) return false;
    if (passed.has(host)) return true;
    const name = normalName(host.replace(/:\d{1,5}$/, ''));
    if (known.has(name)) {
      if (passed.size < remembered) passed.add(host);
      return true;
    }
    return localAddress !== undefined && name === normalName(localAddress);
  };
}

function normalName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/\.$/, '');
  return plain.includes(':') && !plain.startsWith('[') ? `[${plain}]` : plain;
}
