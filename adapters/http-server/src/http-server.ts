import type { AddressInfo } from 'node:net';
import type { Conv3nError } from '@conv3n/platform';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { HttpApplication } from './application.ts';
import { httpServerErrors } from './errors.ts';
import { hostRule } from './host-rule.ts';
import { type HttpServerOptions, type ResolvedHttpServerOptions, resolveHttpServerOptions } from './options.ts';
import { answerMalformed } from './raw-answer.ts';

/** Where a server listens. */
export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
}

export interface HttpServer {
  readonly options: ResolvedHttpServerOptions;
  /** Aborts when closing begins: streams end on it. */
  readonly draining: AbortSignal;
  /** Adds an application; requests go to applications in this order. */
  mount(application: HttpApplication): void;
  /** @throws Conv3nError `port_in_use`, `listen_failed` */
  listen(): Promise<ListeningAddress>;
  /** Stops accepting, lets requests in flight finish within the grace, then cuts what is left. Idempotent. */
  close(): Promise<void>;
}

/**
 * One Fastify server without plugins.
 *
 * I1 A request with an unknown Host reaches no application. I2 Bodies stay unread: the application reads them within its own limits.
 * I3 After `close` resolved no connection is open.
 */
export function createHttpServer(options: HttpServerOptions = {}): HttpServer {
  const resolved = resolveHttpServerOptions(options);
  const applications: HttpApplication[] = [];
  const draining = new AbortController();
  const app = fastifyServer(resolved, (error, request, reply) => fail(applications, error, request, reply));
  const isKnownHost = hostRule([...resolved.allowedHosts, ...(wildcards.has(resolved.host) ? [] : [resolved.host])]);
  let closing: Promise<void> | undefined;

  const dispatch = (request: FastifyRequest, reply: FastifyReply): void => {
    if (!isKnownHost(request.headers.host, request.raw.socket.localAddress)) {
      fail(applications, unknownHost(request.headers.host), request, reply);
      return;
    }
    for (const application of applications) if (application.handle(request, reply)) return;
    reply.code(404).type('text/plain; charset=utf-8').send('Not found\n');
  };
  app.all('/*', dispatch);
  app.setNotFoundHandler(dispatch);
  app.addHook('onResponse', (_request, _reply, done) => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
    done();
  });

  const close = async (): Promise<void> => {
    draining.abort();
    const cut = setTimeout(() => app.server.closeAllConnections(), resolved.graceMs);
    await app.close();
    clearTimeout(cut);
  };
  return {
    options: resolved,
    draining: draining.signal,
    mount(application) {
      applications.push(application);
    },
    async listen() {
      try {
        await app.listen({ host: resolved.host, port: resolved.port });
      } catch (error) {
        throw listenError(error as NodeJS.ErrnoException, resolved);
      }
      const { address, family, port } = app.server.address() as AddressInfo;
      return { host: address, port, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}` };
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Addresses to listen on that are no names to be reached by. */
const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

type Fail = (error: Conv3nError, request: FastifyRequest, reply: FastifyReply) => void;

function fastifyServer(options: ResolvedHttpServerOptions, answer: Fail): FastifyInstance {
  const failMalformed = (error: Error, request: FastifyRequest, reply: FastifyReply) =>
    answer(malformed(error), request, reply);
  const app = fastify({
    bodyLimit: options.bodyLimit,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    http: { maxHeaderSize: options.maxHeaderBytes, headersTimeout: options.headersTimeoutMs },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    requestIdHeader: false,
    logger: false,
    frameworkErrors: failMalformed as never,
    clientErrorHandler: answerMalformed,
  });
  app.server.maxConnections = options.maxConnections;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
  app.setErrorHandler(failMalformed);
  return app;
}

function fail(
  applications: readonly HttpApplication[],
  error: Conv3nError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const application = applications.find((candidate) => candidate.fail);
  if (application?.fail) application.fail(error, request, reply);
  else reply.code(error.kind === 'misdirected' ? 421 : 400).send({ error: error.toDetail() });
}

const malformed = (error: Error): Conv3nError =>
  httpServerErrors.error('request_malformed', 'The request is not well-formed. Check its path and its content type.', {
    cause: error,
  });

const unknownHost = (host: string | undefined): Conv3nError =>
  httpServerErrors.error(
    'unknown_host',
    `This server does not answer for ${host === undefined ? 'a request without Host' : JSON.stringify(host.slice(0, 100))}. Add the name to the allowed hosts.`,
  );

function listenError(error: NodeJS.ErrnoException, { host, port }: ResolvedHttpServerOptions): Conv3nError {
  if (error.code === 'EADDRINUSE') {
    return httpServerErrors.error(
      'port_in_use',
      `Port ${port} on ${host} is taken by another process. Stop it, or choose another with CONV3N_PORT.`,
      { cause: error, details: { host, port } },
    );
  }
  const reason =
    error.code === 'EACCES' ? 'needs more rights (ports below 1024 usually do)' : `failed: ${error.message}`;
  return httpServerErrors.error(
    'listen_failed',
    `Listening on ${host}:${port} ${reason}. Check CONV3N_HOST and CONV3N_PORT.`,
    {
      cause: error,
      details: { host, port },
    },
  );
}
