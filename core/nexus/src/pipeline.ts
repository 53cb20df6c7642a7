import {
  type CallContext,
  type Caller,
  hasScope,
  type JsonValue,
  type Platform,
  systemCaller,
  type Trace,
} from '@conv3n/platform';
import type { Services } from '@conv3n/runtime';
import type { ResponseMetadata, WireError } from './envelope.ts';
import { nexusErrors } from './errors.ts';
import type { Authentication, Credentials, Operation, OperationReply } from './operation.ts';
import type { RegisteredOperation } from './operation-registry.ts';
import { presentError } from './presented-error.ts';
import {
  type NegotiatedVersion,
  type RequestedVersions,
  supportedProtocolVersions,
  versionNegotiation,
} from './protocol-version.ts';
import { type RateLimitOptions, tokenBuckets } from './rate-limit.ts';

/** What a transport knows of a request before any operation is chosen. */
export interface RequestMetadata {
  /** Echoed when it is a UUID; otherwise a new one is made. */
  readonly requestId?: string | undefined;
  readonly versions?: RequestedVersions;
}

/** A request as a transport hands it over. */
export interface PipelineRequest {
  readonly entry: RegisteredOperation;
  readonly metadata: RequestMetadata;
  /** Makes the input of the wire's parts; what it throws is the answer. */
  decode(): Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  readonly credentials: Credentials;
  /** Names the caller of public operations towards the rate limit. */
  readonly remoteAddress: string;
  /** True when the request writes and does not prove to come from this server's own pages. */
  readonly crossOriginWrite: boolean;
  readonly signal: AbortSignal;
  readonly deadline?: number;
  readonly trace?: Trace;
}

interface Answer {
  readonly metadata: ResponseMetadata;
  /** A remark for the caller, such as that no protocol version was named. */
  readonly warning?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a transport encodes. */
export type PipelineResponse = Answer &
  (
    | {
        readonly kind: 'data';
        readonly outcome: 'ok' | 'created' | 'accepted' | 'no_content';
        readonly data: JsonValue;
      }
    | { readonly kind: 'raw'; readonly raw: NonNullable<OperationReply['raw']> }
    | { readonly kind: 'stream'; readonly stream: NonNullable<OperationReply['stream']> }
    | { readonly kind: 'error'; readonly error: WireError }
  );

export interface PipelineOptions {
  readonly services: Services;
  readonly platform: Pick<Platform, 'clock' | 'ids' | 'log'>;
  readonly serverVersion: string;
  /** Oldest first. @default supportedProtocolVersions */
  readonly protocolVersions?: readonly string[];
  /** @default no limit */
  readonly rateLimit?: RateLimitOptions;
}

/** One pipeline for every transport. */
export interface Pipeline {
  /** Runs a request through every stage; never rejects. */
  run(request: PipelineRequest): Promise<PipelineResponse>;
  /** The answer for what a transport refuses before an operation is found. */
  refuse(thrown: unknown, metadata: RequestMetadata): PipelineResponse & { readonly kind: 'error' };
  /** An event's error for streams that fail after they began. */
  present(thrown: unknown, requestId: string, operation?: Operation): WireError;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const anonymous: Caller = Object.freeze({ subject: 'anonymous', scopes: new Set<string>() });

/**
 * Order: metadata, version, authenticate, authorise, rate limit, decode, validate, call, envelope (decision 0006). Encoding is the transport's.
 *
 * I1 Identity comes from `identity.authenticate` only; without that service everything but public operations answers 401.
 * I2 What fails unexpectedly reaches callers as `internal_error` with the request id, nothing more.
 */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { services, platform, serverVersion } = options;
  const { clock, ids, log } = platform;
  const negotiate = versionNegotiation(options.protocolVersions ?? supportedProtocolVersions);
  const assumed = negotiate({}).version;
  const limit = options.rateLimit && tokenBuckets(options.rateLimit, clock);

  const timestampOf = timestamps();

  const requestIdOf = ({ requestId }: RequestMetadata) =>
    requestId !== undefined && uuid.test(requestId) ? requestId.toLowerCase() : ids.next();
  const metadataOf = (requestId: string, version: string, startedAt: number): ResponseMetadata => ({
    request_id: requestId,
    protocol_version: version,
    server_version: serverVersion,
    timestamp: timestampOf(clock.now()),
    processing_time_ms: Math.round((clock.monotonic() - startedAt) * 100) / 100,
  });
  const authenticate = authentication(services);

  return {
    async run(request) {
      const startedAt = clock.monotonic();
      const requestId = requestIdOf(request.metadata);
      const { entry } = request;
      let negotiated: NegotiatedVersion = { version: assumed };
      try {
        negotiated = negotiate(request.metadata.versions ?? {});
        const caller = entry.operation.permission === 'public' ? anonymous : await authenticate(request);
        authorise(entry.operation, caller);
        if (limit) admit(limit(caller === anonymous ? `address:${request.remoteAddress}` : caller.subject));
        // Not before: nobody unknown makes the server read and parse a body.
        const decoding = request.decode();
        const input = decoding instanceof Promise ? await decoding : decoding;
        const violations = entry.check(input);
        if (violations.length > 0) {
          throw nexusErrors.error('validation_failed', summary(violations), { violations });
        }
        const handle = entry.handle();
        if (!handle)
          throw nexusErrors.error(
            'operation_not_found',
            `${entry.operation.id} is not available; its plugin was stopped.`,
          );
        const result = await handle.invoke(input, contextOf(request, caller));
        return answer(result, metadataOf(requestId, negotiated.version, startedAt), negotiated.warning);
      } catch (thrown) {
        const error = presentError(thrown, { operation: entry.operation, requestId, log });
        return { kind: 'error', error, metadata: metadataOf(requestId, negotiated.version, startedAt) };
      }
    },
    refuse(thrown, metadata) {
      const requestId = requestIdOf(metadata);
      const error = presentError(thrown, { requestId, log });
      return { kind: 'error', error, metadata: metadataOf(requestId, assumed, clock.monotonic()) };
    },
    present: (thrown, requestId, operation) =>
      presentError(thrown, { requestId, log, ...(operation && { operation }) }),
  };
}

/** RFC 3339 with milliseconds; requests of one millisecond share the text. */
function timestamps(): (ms: number) => string {
  let lastMs = Number.NaN;
  let last = '';
  return (ms) => {
    if (ms !== lastMs) {
      lastMs = ms;
      last = new Date(ms).toISOString();
    }
    return last;
  };
}

function contextOf(request: PipelineRequest, caller: Caller): CallContext {
  if (request.deadline === undefined && request.trace === undefined) return { caller, signal: request.signal };
  return {
    caller,
    signal: request.signal,
    ...(request.deadline !== undefined && { deadline: request.deadline }),
    ...(request.trace && { trace: request.trace }),
  };
}

function authentication(services: Services): (request: PipelineRequest) => Promise<Caller> {
  return async ({ credentials, signal, crossOriginWrite }) => {
    if (
      credentials.authorization === undefined &&
      credentials.apiKey === undefined &&
      credentials.cookie === undefined
    ) {
      throw nexusErrors.error('credential_required', 'Sign in or send an API key in the Authorization header.');
    }
    const handle = services.resolve<Credentials, Authentication | null>('identity.authenticate');
    const found = handle && (await handle.call(credentials, { caller: systemCaller, signal }));
    if (!found) {
      throw nexusErrors.error(
        'credential_invalid',
        'The credential is unknown, expired or revoked. Sign in again or use another key.',
      );
    }
    if (found.via === 'cookie' && crossOriginWrite) {
      throw nexusErrors.error(
        'cross_origin_write',
        'Writes with the session cookie are taken from pages of this server only. Use an API key from elsewhere.',
      );
    }
    return { subject: found.subject, scopes: new Set(found.scopes) };
  };
}

function authorise({ permission }: Operation, caller: Caller): void {
  if (typeof permission === 'string') return;
  const missing = permission.filter((scope) => !hasScope(caller, scope));
  if (missing.length === 0) return;
  throw nexusErrors.error(
    'permission_denied',
    `This needs the scope ${missing.join(', ')}, which your credential lacks.`,
    {
      details: { missing_scopes: missing },
    },
  );
}

function admit(waitMs: number): void {
  if (waitMs === 0) return;
  throw nexusErrors.error('rate_limited', `Too many requests. Try again in ${Math.ceil(waitMs / 1000)} s.`, {
    details: { retry_after_ms: waitMs },
  });
}

function summary(violations: readonly { readonly path: string; readonly message: string }[]): string {
  const [first] = violations as [{ readonly path: string; readonly message: string }];
  const where = first.path === '' ? '' : `${first.path}: `;
  const more = violations.length === 1 ? '' : ` And ${violations.length - 1} more; see violations.`;
  return `The input is not valid. ${where}${first.message}${more}`;
}

function isReply(result: unknown): result is OperationReply {
  return typeof result === 'object' && result !== null && (result as { $reply?: unknown }).$reply === true;
}

function answer(result: unknown, metadata: ResponseMetadata, warning: string | undefined): PipelineResponse {
  const base: Answer = warning === undefined ? { metadata } : { metadata, warning };
  if (!isReply(result)) return { ...base, kind: 'data', outcome: 'ok', data: (result ?? null) as JsonValue };
  const facts: Answer = result.headers ? { ...base, headers: result.headers } : base;
  if (result.raw) return { ...facts, kind: 'raw', raw: result.raw };
  if (result.stream) return { ...facts, kind: 'stream', stream: result.stream };
  return { ...facts, kind: 'data', outcome: result.outcome ?? 'ok', data: result.data ?? null };
}
