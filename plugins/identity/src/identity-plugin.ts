import { type Authentication, type Credentials, registerOperation, reply } from '@conv3n/nexus';
import { type CallContext, hasScope } from '@conv3n/platform';
import type { Plugin, PluginContext } from '@conv3n/runtime';
import { type ApiKeyRecord, ApiKeys } from './api-key.ts';
import { identityErrors } from './errors.ts';
import { LoginTokens, loginTokenMs } from './login-token.ts';
import {
  createKeyOperation,
  exchangeOperation,
  listKeysOperation,
  loginUrlOperation,
  logoutOperation,
  revokeKeyOperation,
  sessionOperation,
} from './operations.ts';
import { Sessions, sessionCookie, sessionMs, tokenFromCookie } from './session.ts';

export interface IdentityOptions {
  /** Base of printed URLs, such as `http://127.0.0.1:3000`. */
  readonly publicUrl: () => string;
  /** Bearer token of the local command line; full rights, valid while this server runs. */
  readonly cliToken?: string;
  /** Adopted as an admin key at start (`CONV3N_BOOTSTRAP_API_KEY`). */
  readonly bootstrapKey?: string;
}

/**
 * Who calls: sign-in URL, browser sessions, API keys. Services beside its operations: `identity.authenticate` (Credentials to
 * Authentication or null), `identity.login_url` and `identity.has_admin_key` for the composition root.
 */
export function identityPlugin(options: IdentityOptions): Plugin {
  return {
    manifest: {
      id: 'identity',
      version: '0.1.0',
      description: 'Sign-in, sessions and API keys',
      capabilities: [
        'svc:register:identity.*',
        'svc:register:auth.*',
        'svc:register:api_keys.*',
        'store:read:identity.*',
        'store:write:identity.*',
      ],
    },
    async load(context) {
      const keys = new ApiKeys(context.storage, context.platform);
      const sessions = new Sessions(context.storage, context.platform);
      const tokens = new LoginTokens(context.platform);
      if (options.bootstrapKey) await keys.adopt(options.bootstrapKey, 'bootstrap', ['admin']);
      registerServices(context, options, keys, sessions, tokens);
      registerSignIn(context, options, sessions, tokens);
      registerKeys(context, keys);
    },
  };
}

function loginUrl(options: IdentityOptions, tokens: LoginTokens): string {
  return `${options.publicUrl()}/#token=${tokens.create()}`;
}

function registerServices(
  context: PluginContext,
  options: IdentityOptions,
  keys: ApiKeys,
  sessions: Sessions,
  tokens: LoginTokens,
): void {
  const { crypto } = context.platform;
  const cliDigest = options.cliToken === undefined ? undefined : crypto.sha256(options.cliToken);
  context.services.register<Credentials, Authentication | null>(
    { name: 'identity.authenticate', description: 'Turns credentials into a caller, or null' },
    async (credentials) => {
      const bearer = credentials.authorization?.startsWith('Bearer ')
        ? credentials.authorization.slice(7).trim()
        : undefined;
      const presented = bearer ?? credentials.apiKey;
      if (presented !== undefined) {
        if (cliDigest && crypto.equal(crypto.sha256(presented), cliDigest)) {
          return { subject: 'cli', scopes: ['admin'], via: 'bearer' };
        }
        const record = await keys.verify(presented);
        return record
          ? { subject: `key:${record.id}`, scopes: record.scopes, via: bearer ? 'bearer' : 'api_key' }
          : null;
      }
      const token = credentials.cookie === undefined ? undefined : tokenFromCookie(credentials.cookie);
      const session = token === undefined ? undefined : await sessions.find(token);
      return session ? { ...session, via: 'cookie' } : null;
    },
  );
  context.services.register({ name: 'identity.login_url' }, () => loginUrl(options, tokens));
  context.services.register({ name: 'identity.has_admin_key' }, () => keys.hasAdmin());
}

function registerSignIn(
  context: PluginContext,
  options: IdentityOptions,
  sessions: Sessions,
  tokens: LoginTokens,
): void {
  const secure = () => (options.publicUrl().startsWith('https:') ? '; Secure' : '');
  const cookie = (value: string, maxAgeMs: number) =>
    `${sessionCookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(maxAgeMs / 1000)}${secure()}`;

  registerOperation<{ token: string }>(context, exchangeOperation, async ({ token }) => {
    if (!tokens.redeem(token)) {
      throw identityErrors.error(
        'login_token_invalid',
        'This sign-in link was used already or is older than ten minutes. Run `conv3n login-url` for a new one.',
      );
    }
    const caller = { subject: 'user:local', scopes: ['admin'] };
    const session = await sessions.open(caller.subject, caller.scopes);
    return reply({ data: caller, headers: { 'set-cookie': cookie(session, sessionMs) } });
  });
  registerOperation(context, sessionOperation, (_input, { caller }) => ({
    subject: caller.subject,
    scopes: [...caller.scopes],
  }));
  registerOperation<{ cookie?: string }>(context, logoutOperation, async (input) => {
    const token = input.cookie === undefined ? undefined : tokenFromCookie(input.cookie);
    if (token !== undefined) await sessions.close(token);
    return reply({ outcome: 'no_content', headers: { 'set-cookie': cookie('', 0) } });
  });
  registerOperation(context, loginUrlOperation, () => ({
    url: loginUrl(options, tokens),
    expires_at: new Date(context.platform.clock.now() + loginTokenMs).toISOString(),
  }));
}

function registerKeys(context: PluginContext, keys: ApiKeys): void {
  registerOperation<{ limit?: number; cursor?: string }>(context, listKeysOperation, async ({ limit = 50, cursor }) => {
    const page = await keys.list(cursor, limit);
    return { items: page.items.map(keyView), ...(page.next !== undefined && { next_cursor: page.next }) };
  });
  registerOperation<{ name: string; scopes: readonly string[]; expires_at?: string }>(
    context,
    createKeyOperation,
    async (input, call: CallContext) => {
      const beyond = input.scopes.find((scope) => !hasScope(call.caller, scope));
      if (beyond !== undefined) {
        throw identityErrors.error('scope_exceeded', `You do not hold the scope ${beyond}, so you cannot hand it out.`);
      }
      const { key, record } = await keys.create({
        name: input.name,
        scopes: input.scopes,
        createdBy: call.caller.subject,
        ...(input.expires_at !== undefined && { expiresAt: Date.parse(input.expires_at) }),
      });
      return reply({ outcome: 'created', data: { ...keyView(record), key } });
    },
  );
  registerOperation<{ id: string }>(context, revokeKeyOperation, async ({ id }) => {
    await keys.revoke(id);
    return reply({ outcome: 'no_content' });
  });
}

function keyView(record: ApiKeyRecord) {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    id: record.id,
    name: record.name,
    scopes: [...record.scopes],
    created_at: new Date(record.createdAt).toISOString(),
    created_by: record.createdBy,
    expires_at: time(record.expiresAt),
    last_used_at: time(record.lastUsedAt),
  };
}
