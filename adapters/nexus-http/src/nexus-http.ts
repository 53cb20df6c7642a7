import type { HttpApplication, HttpReply, HttpRequest } from '@conv3n/http-server';
import {
  nexusErrors,
  type OperationRegistry,
  type Pipeline,
  type PipelineResponse,
  type RequestMetadata,
  type StreamEvent,
} from '@conv3n/nexus';
import type { Conv3nError } from '@conv3n/platform';
import { type EventStreamOptions, writeEventStream } from './event-stream.ts';
import type { WireParts } from './input-binding.ts';
import { documentRoutes, type ReferenceOptions, referencePages } from './reference-pages.ts';
import { parseJsonBody, readBody } from './request-body.ts';
import { metadataHeaders, sendResponse } from './response-writer.ts';
import { chooseRoute, type Route, type RouteMatch, RouteTable } from './route-table.ts';

export interface NexusHttpOptions {
  readonly registry: OperationRegistry;
  readonly pipeline: Pipeline;
  /** The server's: aborts when it drains, which ends streams. */
  readonly draining: AbortSignal;
  /** Bytes of a body unless an operation says otherwise. */
  readonly bodyLimit: number;
  readonly events?: EventStreamOptions;
  /** `/docs`, `/openapi.json` and `/openapi-3.0.json`. @default none of them */
  readonly reference?: Omit<ReferenceOptions, 'registry'>;
}

/** REST and server-sent events over the operations of a registry. */
export interface NexusHttp extends HttpApplication {
  fail(error: Conv3nError, request: HttpRequest, reply: HttpReply): void;
  /** Stops following the registry. */
  close(): void;
}

interface Place {
  readonly table: RouteTable;
  /** What stood before the operation's path. */
  readonly base: string;
  readonly path: string;
}

const canonicalBase = '/api/v1';
const aliasBase = '/api';

/** Binds every operation under `/api/v1` (and its alias `/api`), or at the root where the operation says so. */
export function createNexusHttp(options: NexusHttpOptions): NexusHttp {
  const { registry, pipeline } = options;
  const api = new RouteTable();
  const root = new RouteTable();
  if (options.reference) {
    for (const entry of documentRoutes({ ...options.reference, registry }).values())
      root.change({ added: true, entry });
  }
  const pages = options.reference && referencePages(options.reference.title);
  const stop = registry.watch((change) => (change.entry.operation.http.root ? root : api).change(change));

  const placeOf = (path: string): Place => {
    const base = isBelow(path, canonicalBase) ? canonicalBase : isBelow(path, aliasBase) ? aliasBase : '';
    return { base, table: base === '' ? root : api, path: path.slice(base.length) || '/' };
  };
  const refuse = (
    error: Conv3nError,
    request: HttpRequest,
    reply: HttpReply,
    headers: Record<string, string> = {},
  ): true => {
    reply.headers(headers);
    sendResponse(reply, pipeline.refuse(error, metadataOf(request, '')), { base: '' });
    return true;
  };
  return {
    handle(request, reply) {
      const { url, method } = request;
      const question = url.indexOf('?');
      const path = question < 0 ? url : url.slice(0, question);
      const { table, base, path: below } = placeOf(path);
      const match = table.find(method === 'HEAD' ? 'GET' : method, below);
      if (!match) {
        const allow = table.allowed(below);
        if (allow.length > 0)
          return refuse(methodNotAllowed(method, allow), request, reply, { allow: allow.join(', ') });
        if (base === '') return pages?.handle(request, reply) ?? false;
        return refuse(notFound(method, path), request, reply);
      }
      const route = chooseRoute(match, method === 'HEAD' ? undefined : request.headers.accept);
      if (!route) return refuse(notAcceptable(match), request, reply);
      const parts = {
        method,
        path,
        queryString: question < 0 ? '' : url.slice(question + 1),
        pathValues: match.values,
      };
      answer(options, route, parts, request, reply, base).catch((thrown: unknown) => {
        if (reply.sent) reply.raw.destroy();
        else sendResponse(reply, pipeline.refuse(thrown, metadataOf(request, '')), { base });
      });
      return true;
    },
    fail: refuse,
    close: stop,
  };
}

const isBelow = (path: string, base: string): boolean =>
  path.startsWith(base) && (path.length === base.length || path[base.length] === '/');

type RequestLine = Pick<WireParts, 'method' | 'path' | 'queryString' | 'pathValues'>;

async function answer(
  options: NexusHttpOptions,
  route: Route,
  line: RequestLine,
  request: HttpRequest,
  reply: HttpReply,
  base: string,
): Promise<void> {
  const { operation } = route.entry;
  const { headers, raw } = request;
  const remoteAddress = raw.socket.remoteAddress ?? '';
  const controller = new AbortController();
  let streaming = operation.http.accept === 'text/event-stream';
  const leave = (): void => {
    if (streaming) controller.abort();
  };
  reply.raw.on('close', leave);
  const response = await options.pipeline.run({
    entry: route.entry,
    metadata: metadataOf(request, line.queryString),
    decode: () =>
      decode(route, { ...line, headers, remoteAddress }, request, operation.http.maxBodyBytes ?? options.bodyLimit),
    credentials: credentialsOf(headers),
    remoteAddress,
    crossOriginWrite: line.method !== 'GET' && line.method !== 'HEAD' && !isSameOrigin(headers),
    signal: controller.signal,
    ...(typeof headers['traceparent'] === 'string' && { trace: { traceparent: headers['traceparent'] } }),
  });
  if (response.kind !== 'stream') {
    sendResponse(reply, response, { base, operation });
    return;
  }
  streaming = true;
  if (reply.raw.closed || raw.socket.destroyed) controller.abort();
  await stream(options, response, controller, operation, reply);
}

async function stream(
  options: NexusHttpOptions,
  response: PipelineResponse & { readonly kind: 'stream' },
  controller: AbortController,
  operation: Route['entry']['operation'],
  reply: HttpReply,
): Promise<void> {
  const drain = (): void => controller.abort();
  if (options.draining.aborted) drain();
  options.draining.addEventListener('abort', drain, { once: true });
  reply.hijack();
  const events: AsyncIterable<StreamEvent> =
    typeof response.stream === 'function' ? response.stream(controller.signal) : response.stream;
  try {
    await writeEventStream(
      reply.raw,
      {
        events,
        signal: controller.signal,
        headers: metadataHeaders(response),
        present: (thrown) => options.pipeline.present(thrown, response.metadata.request_id, operation),
      },
      options.events,
    );
  } finally {
    options.draining.removeEventListener('abort', drain);
    controller.abort();
  }
}

function decode(
  route: Route,
  parts: WireParts,
  request: HttpRequest,
  limit: number,
): Record<string, unknown> | Promise<Record<string, unknown>> {
  const { binding } = route;
  if (binding.body === 'none') return binding.read(parts, undefined);
  return readBody(request.raw, limit).then((bytes) =>
    binding.read(parts, binding.body === 'raw' ? bytes : parseJsonBody(request.raw, bytes)),
  );
}

type Headers = HttpRequest['headers'];

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

function metadataOf({ headers }: HttpRequest, queryString: string): RequestMetadata {
  const header = one(headers['x-protocol-version']);
  const query = queryString.includes('protocol_version=')
    ? (new URLSearchParams(queryString).get('protocol_version') ?? undefined)
    : undefined;
  return { requestId: one(headers['x-request-id']), versions: { header, query } };
}

function credentialsOf(headers: Headers) {
  const apiKey = one(headers['x-api-key']);
  return {
    ...(headers.authorization !== undefined && { authorization: headers.authorization }),
    ...(apiKey !== undefined && { apiKey }),
    ...(headers.cookie !== undefined && { cookie: headers.cookie }),
  };
}

/** True when a browser says that the page sending this stands under the very host it is sent to. */
function isSameOrigin({ origin, host }: Headers): boolean {
  return origin !== undefined && host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

const notFound = (method: string, path: string): Conv3nError =>
  nexusErrors.error('endpoint_not_found', `Nothing answers ${method} ${path.slice(0, 200)}. See /docs for what does.`);

const methodNotAllowed = (method: string, allow: readonly string[]): Conv3nError =>
  nexusErrors.error('method_not_allowed', `${method} is not possible here. Use ${allow.join(', ')}.`);

const notAcceptable = (match: RouteMatch): Conv3nError =>
  nexusErrors.error(
    'not_acceptable',
    `This answers ${[...match.routes.keys()].map((form) => form || 'application/json').join(' or ')} only. Accept that.`,
  );
