import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Conv3nError, type Timers, toConv3nError } from '@conv3n/platform';
import { normalHost } from './allow-list.ts';
import { beforeEffect } from './errors.ts';
import type { Gate } from './gate.ts';

/**
 * Opens the connections of the pool.
 *
 * I1 Only addresses the gate answered for this very connection are dialled; the name is not looked up a second time.
 * I2 Every failure here precedes the request, so it carries `beforeEffect: true`.
 */

/** What the pool asks for. */
export interface ConnectRequest {
  readonly hostname: string;
  readonly protocol: string;
  /** Empty for the protocol's own. */
  readonly port: string;
}

export interface ConnectorParts {
  readonly gate: Gate;
  readonly timers: Timers;
  /** Name lookup, TCP and TLS together. */
  readonly timeoutMs: number;
}

type Done = (...outcome: [null, Socket] | [Error, null]) => void;

function pinned(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const first = entries[0] as { address: string; family: number };
    if (options.all) callback(null, entries);
    else callback(null, first.address, first.family);
  };
}

function codesOf(error: unknown): readonly unknown[] {
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf);
  return [(error as NodeJS.ErrnoException).code];
}

function tcpFailure(target: string, error: Error): Conv3nError {
  const codes = codesOf(error);
  if (codes.includes('ETIMEDOUT')) return beforeEffect('connect_timeout', `${target} did not accept in time.`, error);
  const detail = codes.includes('ECONNREFUSED') ? 'refused the connection' : `cannot be reached (${codes.join(', ')})`;
  return beforeEffect('connection_refused', `${target} ${detail}. Check that the service listens there.`, error);
}

/** The pool's way to open connections. */
export interface Connector {
  connect(request: ConnectRequest, callback: Done): void;
  /** Gives up every connection that is not ready yet. */
  close(): void;
}

/** Connects by gate, then TCP, then TLS. */
export function createConnector({ gate, timers, timeoutMs }: ConnectorParts): Connector {
  const opening = new Set<Done>();
  const connect: Connector['connect'] = ({ hostname, protocol, port }, callback) => {
    const secure = protocol === 'https:';
    const portNumber = port === '' ? (secure ? 443 : 80) : Number(port);
    const target = `${hostname}:${portNumber}`;
    let socket: Socket | undefined;
    let settled = false;
    const settle: Done = (...outcome) => {
      if (settled) return;
      settled = true;
      opening.delete(settle);
      cancelTimer();
      if (outcome[0]) socket?.on('error', () => undefined).destroy();
      callback(...outcome);
    };
    opening.add(settle);
    const cancelTimer = timers.after(timeoutMs, () => {
      settle(beforeEffect('connect_timeout', `No connection to ${target} within ${timeoutMs} ms.`), null);
    });
    const dial = (addresses: readonly string[]): void => {
      if (settled) return;
      const name = normalHost(hostname);
      const options = { host: name, port: portNumber, lookup: pinned(addresses), autoSelectFamily: true };
      const opened = secure
        ? connectTls({ ...options, servername: isIP(name) === 0 ? name : '', ALPNProtocols: ['http/1.1'] })
        : connectTcp(options);
      socket = opened;
      opened.setNoDelay(true);
      opened.setKeepAlive(true, 60_000);
      let connected = false;
      opened.once('connect', () => {
        connected = true;
        if (!secure) settle(null, opened);
      });
      opened.once('secureConnect', () => settle(null, opened));
      opened.once('error', (error) => {
        const failure = connected
          ? beforeEffect('tls_failed', `The TLS handshake with ${target} failed: ${error.message}`, error)
          : tcpFailure(target, error);
        settle(failure, null);
      });
    };
    gate
      .addresses(hostname, portNumber)
      .then(dial)
      .catch((error: unknown) => settle(toConv3nError(error), null));
  };
  return {
    connect,
    close() {
      for (const settle of opening)
        settle(beforeEffect('egress_closed', 'The client was closed while connecting.'), null);
    },
  };
}
