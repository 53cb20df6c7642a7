import type { JsonValue } from '@conv3n/platform';
import { Type } from '@conv3n/platform';
import type { BlockManifest, SecretReference } from '@conv3n/workflow';
import { closed, field, secretField, secretReference } from '../field.ts';

/** How credentials are sent; which fields a type needs is checked when the block runs. */
export interface HttpAuth {
  readonly type: 'bearer' | 'basic' | 'header' | 'query';
  readonly token?: string | SecretReference;
  readonly username?: string | SecretReference;
  readonly password?: string | SecretReference;
  readonly name?: string;
  readonly value?: string | SecretReference;
}

/** Config after its expressions were evaluated; references to secrets are still references. */
export interface HttpConfig {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: JsonValue;
  readonly auth?: HttpAuth;
  readonly timeout?: string;
  readonly response?: 'json' | 'text' | 'file';
  readonly maxBytes?: number;
  readonly redirects?: number;
}

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Default of `timeout`. */
export const defaultTimeout = '30s';
/** Longest `timeout`. */
export const maxTimeoutMs = 300_000;
/** Default of `maxBytes`. */
export const defaultMaxBytes = 10 * 1024 * 1024;
/** Default of `redirects`. */
export const defaultRedirects = 5;

const auth = Type.Object(
  {
    type: Type.Enum(
      ['bearer', 'basic', 'header', 'query'],
      field('Type', 'How the credentials are sent.', { mode: 'raw', widget: 'select' }),
    ),
    token: Type.Optional(secretField('Token', 'For bearer.', { placeholder: '{{ $secrets.api_token }}' })),
    username: Type.Optional(secretField('User', 'For basic.')),
    password: Type.Optional(secretField('Password', 'For basic.', { placeholder: '{{ $secrets.api_password }}' })),
    name: Type.Optional(Type.String(field('Name', 'For header and query: its name.', { placeholder: 'X-Api-Key' }))),
    value: Type.Optional(secretField('Value', 'For header and query.', { placeholder: '{{ $secrets.api_key }}' })),
  },
  { ...closed, ...field('Credentials', 'Sent with the request, and dropped when a redirect leads elsewhere.') },
);

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const config = Type.Object(
  {
    url: Type.String({
      ...field('URL', 'Absolute, with http or https.', { placeholder: 'https://api.example.com/orders' }),
      minLength: 1,
    }),
    method: Type.Optional(
      Type.Enum([...methods], {
        ...field('Method', 'POST and PATCH are never repeated after a lost answer; the others are.', {
          widget: 'select',
        }),
        default: 'GET',
      }),
    ),
    headers: Type.Optional(
      Type.Object(
        {},
        {
          ...field('Headers', 'Values by name.', { widget: 'keyvalue', secret: true }),
          additionalProperties: Type.Union([scalar, secretReference]),
        },
      ),
    ),
    query: Type.Optional(
      Type.Object(
        {},
        {
          ...field('Query', 'Added to the URL; a list repeats the name.', { widget: 'keyvalue', secret: true }),
          additionalProperties: Type.Union([scalar, Type.Null(), Type.Array(scalar), secretReference]),
        },
      ),
    ),
    body: Type.Optional(
      Type.Unknown(
        field('Body', 'Text is sent as it is; other values as JSON, or as a form when content-type says so.', {
          widget: 'json',
          secret: true,
        }),
      ),
    ),
    auth: Type.Optional(auth),
    timeout: Type.Optional(
      Type.String({
        ...field('Timeout', 'For the whole request, redirects included; at most 5m.', {
          widget: 'duration',
          advanced: true,
        }),
        default: defaultTimeout,
      }),
    ),
    response: Type.Optional(
      Type.Enum(
        ['json', 'text', 'file'],
        field('Response', 'How the body is read; without it the content type decides between JSON and text.', {
          widget: 'select',
          advanced: true,
        }),
      ),
    ),
    maxBytes: Type.Optional(
      Type.Integer({
        ...field('Largest response', 'Bytes after decompression.', { advanced: true }),
        minimum: 1,
        maximum: 100 * 1024 * 1024,
        default: defaultMaxBytes,
      }),
    ),
    redirects: Type.Optional(
      Type.Integer({
        ...field('Redirects', 'How many are followed; 0 hands the redirect out.', { advanced: true }),
        minimum: 0,
        maximum: 20,
        default: defaultRedirects,
      }),
    ),
  },
  closed,
);

/** Manifest of `std/http_request`. */
export const httpManifest: BlockManifest = {
  type: 'std/http_request',
  title: 'HTTP request',
  description: 'Sends an HTTP request to another system and hands on status, headers and body.',
  category: 'network',
  icon: 'globe',
  config,
  output: Type.Object(
    { status: Type.Integer(), headers: Type.Object({}, { additionalProperties: true }), body: Type.Unknown() },
    closed,
  ),
  ports: { fixed: ['default', 'client_error', 'server_error', 'error'] },
  effect: {
    cases: [
      { all: [{ path: '/method', in: [null, 'GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'] }], effect: 'idempotent' },
    ],
    otherwise: 'external',
  },
  // Above the longest `timeout`, so that the request's own deadline decides and tells whether anything was sent.
  timeout: '6m',
  example: { url: 'https://api.example.com/orders', method: 'POST', body: { id: 7, total: 120 } },
};
