import type { CallContext, JsonSchema, JsonValue } from '@conv3n/platform';

/** Bound to the wire's method and path; where several operations share both, `accept` tells them apart. */
export interface HttpHint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | '*';
  /** Below `/api/v1` unless `root`. `{name}` is one segment, `{name...}` the rest. Placeholders are input fields. */
  readonly path: string;
  /** The path stands at the root (`/health`), outside the versioned base. */
  readonly root?: boolean;
  /** Chosen when the request accepts this media type; at most one operation per method and path leaves it out. */
  readonly accept?: 'text/event-stream';
  /** Input fields that travel as query parameters. @default every field that is neither path, header nor body, for GET and DELETE */
  readonly query?: readonly string[];
  /** Input fields that travel as request headers, by field name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The one input field that is the whole body; without it the body is an object of the remaining fields. `$raw`: see {@link RawRequest}. */
  readonly body?: string;
  /** Body limit in bytes. @default the server's limit */
  readonly maxBodyBytes?: number;
  /** Success statuses this operation answers with, for the reference. @default [200] */
  readonly statuses?: readonly number[];
}

/** The input field `request` of an operation whose body is `$raw`: the request as it came, for webhooks. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names; credentials removed. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-signature`, `authorization` and the like, for verification only; never stored. */
  readonly sensitiveHeaders: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly remoteAddress: string;
}

/**
 * The typed description of a service that Nexus exposes. Plain JSON: it is the annotation `operation` of the runtime service with the same
 * name as `id`, so an operation added by a plugin at run time appears on every transport.
 */
export interface Operation {
  /** Service name, `<noun>.<verb>`, such as `workflows.create`. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  /** An object schema; fields are snake_case. */
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  /** Schema of one event, for operations that may answer with a stream. */
  readonly event?: JsonSchema;
  /** Scopes the caller needs, all of them; `public` needs no credential, `authenticated` any. */
  readonly permission: 'public' | 'authenticated' | readonly string[];
  /** Codes this operation may answer besides the pipeline's own; each stands in a registry given to Nexus. */
  readonly errors?: readonly string[];
  /** `safe` changes nothing, `idempotent` may be repeated, `key` takes an `Idempotency-Key`, `unsafe` neither. */
  readonly idempotency: 'safe' | 'idempotent' | 'key' | 'unsafe';
  readonly http: HttpHint;
  /** A valid input, shown in the reference and run in tests. */
  readonly example?: JsonValue;
}

/** One event of a stream. `id` lets a client resume; the transport adds keep-alives. */
export interface StreamEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: JsonValue;
}

/** What a handler may answer instead of bare data, when the outcome is more than "ok". */
export interface OperationReply {
  readonly $reply: true;
  /** @default 'ok' */
  readonly outcome?: 'ok' | 'created' | 'accepted' | 'no_content';
  readonly data?: JsonValue;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as is, without envelope. */
  readonly raw?: { readonly status: number; readonly contentType: string; readonly body: Uint8Array | string };
  /**
   * Events, pulled as fast as the client reads. Use the function form to wait for something: its signal aborts when the client left or the server
   * stops, while the call's own signal says nothing any more once the handler answered.
   */
  readonly stream?: AsyncIterable<StreamEvent> | ((signal: AbortSignal) => AsyncIterable<StreamEvent>);
}

/** Builds an {@link OperationReply}. */
export function reply(parts: Omit<OperationReply, '$reply'>): OperationReply {
  return { $reply: true, ...parts };
}

/** Implementation of an operation: checked input in, data or a reply out. */
export type OperationHandler<Input> = (input: Input, context: CallContext) => unknown | Promise<unknown>;

/** Credentials as a transport found them; the service `identity.authenticate` turns them into a caller. */
export interface Credentials {
  readonly authorization?: string;
  readonly apiKey?: string;
  readonly cookie?: string;
}

/** Answer of `identity.authenticate`. `via` lets the transport apply the cookie rules (same-origin writes). */
export interface Authentication {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly via: 'bearer' | 'api_key' | 'cookie';
}
