import type { Operation } from '@conv3n/nexus';
import { Type } from '@conv3n/platform';
import { scopes } from './scope.ts';

const Scope = Type.Union(scopes.map((scope) => Type.Literal(scope)));
const Time = Type.String({ format: 'date-time' });
const Empty = Type.Object({}, { additionalProperties: false });
const Caller = Type.Object({ subject: Type.String(), scopes: Type.Array(Type.String()) });
const ApiKey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  created_at: Time,
  created_by: Type.String(),
  expires_at: Type.Union([Time, Type.Null()]),
  last_used_at: Type.Union([Time, Type.Null()]),
});

/** Exchanges a one-time sign-in token for a session cookie. */
export const exchangeOperation: Operation = {
  id: 'auth.exchange',
  summary: 'Exchange a sign-in token for a session',
  description:
    'The token stands in the fragment of the URL that `npm start` or `conv3n login-url` prints; it works once, for ten minutes.',
  tag: 'Sign-in',
  input: Type.Object({ token: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false }),
  output: Caller,
  permission: 'public',
  errors: ['login_token_invalid'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/auth/exchange' },
};

export const sessionOperation: Operation = {
  id: 'auth.session',
  summary: 'Who is signed in',
  tag: 'Sign-in',
  input: Empty,
  output: Caller,
  permission: 'authenticated',
  idempotency: 'safe',
  http: { method: 'GET', path: '/auth/session' },
};

export const logoutOperation: Operation = {
  id: 'auth.logout',
  summary: 'End the session of this browser',
  tag: 'Sign-in',
  input: Type.Object({ cookie: Type.Optional(Type.String({ maxLength: 8192 })) }, { additionalProperties: false }),
  output: Type.Null(),
  permission: 'authenticated',
  idempotency: 'idempotent',
  http: { method: 'POST', path: '/auth/logout', headers: { cookie: 'Cookie' }, statuses: [204] },
};

export const loginUrlOperation: Operation = {
  id: 'auth.login_url',
  summary: 'Make a one-time sign-in URL',
  tag: 'Sign-in',
  input: Empty,
  output: Type.Object({ url: Type.String(), expires_at: Time }),
  permission: ['admin'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/auth/login-url' },
};

export const listKeysOperation: Operation = {
  id: 'api_keys.list',
  summary: 'List API keys',
  tag: 'API keys',
  input: Type.Object(
    {
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ items: Type.Array(ApiKey), next_cursor: Type.Optional(Type.String()) }),
  permission: ['keys:write'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/api-keys' },
};

export const createKeyOperation: Operation = {
  id: 'api_keys.create',
  summary: 'Create an API key',
  description: 'The answer shows the key; nothing shows it again. A caller may hand out only scopes it holds.',
  tag: 'API keys',
  input: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 100 }),
      scopes: Type.Array(Scope, { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
      expires_at: Type.Optional(Time),
    },
    { additionalProperties: false },
  ),
  output: Type.Intersect([ApiKey, Type.Object({ key: Type.String() })]),
  permission: ['keys:write'],
  errors: ['scope_exceeded', 'scope_unknown', 'api_key_expiry_past'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/api-keys', statuses: [201] },
  example: { name: 'ci', scopes: ['workflows:read', 'workflows:execute'] },
};

export const revokeKeyOperation: Operation = {
  id: 'api_keys.revoke',
  summary: 'Revoke an API key',
  tag: 'API keys',
  input: Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
  output: Type.Null(),
  permission: ['keys:write'],
  errors: ['api_key_not_found'],
  idempotency: 'idempotent',
  http: { method: 'DELETE', path: '/api-keys/{id}', statuses: [204] },
};

/** Every operation of this package, for the generated contract. */
export const identityOperations: readonly Operation[] = [
  exchangeOperation,
  sessionOperation,
  logoutOperation,
  loginUrlOperation,
  listKeysOperation,
  createKeyOperation,
  revokeKeyOperation,
];
