import { httpServerErrors } from './errors.ts';

export interface HttpServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 takes a free port. @default 3000 */
  readonly port?: number;
  /** Host names served besides `localhost`, the loopback addresses, `host` and the address a connection came in on. Without port. @default [] */
  readonly allowedHosts?: readonly string[];
  /** Bytes of a body unless an operation says otherwise. @default 1048576 */
  readonly bodyLimit?: number;
  /** Bytes of all request headers together. @default 16384 */
  readonly maxHeaderBytes?: number;
  /** Time to receive the headers, in milliseconds. @default 10000 */
  readonly headersTimeoutMs?: number;
  /** Time to receive the whole request, in milliseconds. @default 60000 */
  readonly requestTimeoutMs?: number;
  /** How long an unused connection stays open, in milliseconds. @default 10000 */
  readonly keepAliveTimeoutMs?: number;
  /** Connections open at once; more are closed at once. @default 4096 */
  readonly maxConnections?: number;
  /** Time for requests in flight when closing, in milliseconds. @default 10000 */
  readonly graceMs?: number;
}

export type ResolvedHttpServerOptions = Required<HttpServerOptions>;

/** Defaults applied and every number checked. @throws Conv3nError `http_option_invalid` */
export function resolveHttpServerOptions(options: HttpServerOptions): ResolvedHttpServerOptions {
  const resolved = {
    host: '127.0.0.1',
    port: 3000,
    allowedHosts: [],
    bodyLimit: 1_048_576,
    maxHeaderBytes: 16_384,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 60_000,
    keepAliveTimeoutMs: 10_000,
    maxConnections: 4096,
    graceMs: 10_000,
    ...options,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (
      typeof value === 'number' &&
      !(Number.isInteger(value) && value >= (name === 'port' || name === 'graceMs' ? 0 : 1))
    ) {
      throw httpServerErrors.error(
        'http_option_invalid',
        `The option "${name}" is ${value}. Give a whole number in range.`,
      );
    }
  }
  return Object.freeze(resolved);
}
