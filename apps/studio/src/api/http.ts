import { ApiError } from './api-error.ts';

/** What a request carries besides method and path. */
export interface RequestParts {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

interface Envelope {
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly violations?: [] };
  readonly metadata?: { readonly request_id?: string };
}

async function send(method: string, path: string, parts: RequestParts): Promise<Response> {
  const url = new URL(`/api/v1${path}`, location.origin);
  for (const [key, value] of Object.entries(parts.query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value));
  try {
    return await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: { ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }), ...parts.headers },
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
      ...(parts.signal ? { signal: parts.signal } : {}),
    });
  } catch (error) {
    if (parts.signal?.aborted) throw error;
    throw new ApiError('unreachable', 'The server does not answer. Check that it is running.', 0);
  }
}

async function failure(response: Response): Promise<ApiError> {
  const text = await response.text();
  let envelope: Envelope = {};
  if (text.startsWith('{')) envelope = JSON.parse(text) as Envelope;
  return new ApiError(
    envelope.error?.code ?? `http_${response.status}`,
    envelope.error?.message ?? `The server answered ${response.status}.`,
    response.status,
    { violations: envelope.error?.violations, requestId: envelope.metadata?.request_id },
  );
}

/** Calls an operation and answers its data. @throws ApiError */
export async function call<T>(method: string, path: string, parts: RequestParts = {}): Promise<T> {
  const response = await send(method, path, parts);
  if (!response.ok) throw await failure(response);
  if (response.status === 204) return undefined as T;
  return ((await response.json()) as Envelope).data as T;
}

/** Opens a stream of server-sent events. @throws ApiError */
export async function open(path: string, parts: RequestParts = {}): Promise<ReadableStream<Uint8Array>> {
  const response = await send('GET', path, { ...parts, headers: { accept: 'text/event-stream', ...parts.headers } });
  if (!response.ok) throw await failure(response);
  if (response.body === null) throw new ApiError('unreachable', 'The server closed the stream.', 0);
  return response.body;
}
