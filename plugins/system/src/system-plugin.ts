import { type Operation, registerOperation } from '@conv3n/nexus';
import type { JsonObject, JsonValue } from '@conv3n/platform';
import { Type } from '@conv3n/platform';
import type { Plugin } from '@conv3n/runtime';

const Empty = Type.Object({}, { additionalProperties: false });
const tag = 'System';

const health: Operation = {
  id: 'system.health',
  summary: 'Is the process alive',
  tag,
  input: Empty,
  output: Type.Object({ status: Type.Literal('ok') }),
  permission: 'public',
  idempotency: 'safe',
  http: { method: 'GET', path: '/health', root: true },
};

const ready: Operation = {
  id: 'system.ready',
  summary: 'Does the server take work',
  description: '503 `not_ready` while it starts, recovers or drains.',
  tag,
  input: Empty,
  output: Type.Object({ status: Type.Literal('ready'), checks: Type.Record(Type.String()) }),
  permission: 'public',
  errors: ['not_ready'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/ready', root: true },
};

const version: Operation = {
  id: 'system.version',
  summary: 'Versions of protocol, server and API',
  tag,
  input: Empty,
  output: Type.Object({
    protocol_version: Type.String(),
    server_version: Type.String(),
    api_version: Type.String(),
    node: Type.String(),
  }),
  permission: 'authenticated',
  idempotency: 'safe',
  http: { method: 'GET', path: '/version', root: true },
};

const info: Operation = {
  id: 'system.info',
  summary: 'Facts about this server, and its example workflows',
  tag,
  input: Empty,
  output: Type.Object({
    public_url: Type.String(),
    data_dir: Type.String(),
    files_dir: Type.String(),
    flush: Type.String(),
    uptime_ms: Type.Number(),
    examples: Type.Array(
      Type.Object({
        file: Type.String(),
        name: Type.String(),
        description: Type.String(),
        workflow: Type.Unknown(),
        input: Type.Unknown(),
      }),
    ),
  }),
  permission: ['workflows:read'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/info' },
};

const backup: Operation = {
  id: 'system.backup',
  summary: 'Write a consistent copy of the database while the server runs',
  description: 'The path is on the server. Secrets stay sealed in it; their key is not part of it.',
  tag,
  input: Type.Object({ file: Type.String({ minLength: 1, maxLength: 4096 }) }, { additionalProperties: false }),
  output: Type.Object({ file: Type.String(), bytes: Type.Integer() }),
  permission: ['admin'],
  errors: ['backup_failed'],
  idempotency: 'unsafe',
  http: { method: 'POST', path: '/backup' },
};

/** Every operation of this package, for the generated contract. */
export const systemOperations: readonly Operation[] = [health, ready, version, info, backup];

/** What the composition root tells this plugin. */
export interface SystemOptions {
  readonly versions: {
    readonly protocol_version: string;
    readonly server_version: string;
    readonly api_version: string;
    readonly node: string;
  };
  /** Throws `not_ready` while the server does not take work; else answers each check's state. */
  readonly ready: () => Readonly<Record<string, string>>;
  readonly info: () => JsonObject;
  /** Example workflows, read when asked for. */
  readonly examples: () => Promise<readonly JsonValue[]>;
  readonly backup: (file: string) => Promise<{ readonly file: string; readonly bytes: number }>;
}

/** Health, readiness, version, facts and backup as operations. */
export function systemPlugin(options: SystemOptions): Plugin {
  return {
    manifest: {
      id: 'system',
      version: '0.1.0',
      description: 'Health, readiness, version, facts about this server, and backup',
      capabilities: ['svc:register:system.*'],
    },
    load(context) {
      const startedAt = context.platform.clock.monotonic();
      registerOperation(context, health, () => ({ status: 'ok' }));
      registerOperation(context, ready, () => ({ status: 'ready', checks: options.ready() }));
      registerOperation(context, version, () => options.versions);
      registerOperation(context, info, async () => ({
        ...options.info(),
        uptime_ms: Math.round(context.platform.clock.monotonic() - startedAt),
        examples: await options.examples(),
      }));
      registerOperation<{ file: string }>(context, backup, ({ file }) => options.backup(file));
    },
  };
}
