import { type Operation, registerOperation, reply } from '@conv3n/nexus';
import { Type } from '@conv3n/platform';
import type { Plugin } from '@conv3n/runtime';
import { type SecretInfo, SecretVault, secretNamePattern } from './secret-vault.ts';

const Name = Type.String({ pattern: secretNamePattern });
const Time = Type.String({ format: 'date-time' });
const Secret = Type.Object({ name: Name, created_at: Time, updated_at: Time });

const listOperation: Operation = {
  id: 'secrets.list',
  summary: 'List secrets by name',
  description: 'Values are never shown.',
  tag: 'Secrets',
  input: Type.Object(
    {
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(Type.String({ maxLength: 64 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({ items: Type.Array(Secret), next_cursor: Type.Optional(Type.String()) }),
  permission: ['secrets:write'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/secrets' },
};

const setOperation: Operation = {
  id: 'secrets.set',
  summary: 'Create or replace a secret',
  tag: 'Secrets',
  input: Type.Object(
    { name: Name, value: Type.String({ minLength: 1, maxLength: 65_536 }) },
    { additionalProperties: false },
  ),
  output: Secret,
  permission: ['secrets:write'],
  errors: ['too_many_secrets'],
  idempotency: 'idempotent',
  http: { method: 'POST', path: '/secrets' },
  example: { name: 'github_token', value: 'the-token' },
};

const deleteOperation: Operation = {
  id: 'secrets.delete',
  summary: 'Delete a secret',
  tag: 'Secrets',
  input: Type.Object({ name: Name }, { additionalProperties: false }),
  output: Type.Null(),
  permission: ['secrets:write'],
  errors: ['secret_not_found'],
  idempotency: 'idempotent',
  http: { method: 'DELETE', path: '/secrets/{name}', statuses: [204] },
};

/** Every operation of this package, for the generated contract. */
export const secretsOperations: readonly Operation[] = [listOperation, setOperation, deleteOperation];

export interface SecretsOptions {
  /** 32 bytes; see `CONV3N_SECRETS_KEY`. */
  readonly key: Uint8Array;
}

/** Secrets encrypted at rest. The service `secrets.resolve` ({name} to {value}) is for block calls and never an operation. */
export function secretsPlugin(options: SecretsOptions): Plugin {
  return {
    manifest: {
      id: 'secrets',
      version: '0.1.0',
      description: 'Secrets encrypted at rest, referenced and never shown',
      capabilities: ['svc:register:secrets.*', 'store:read:secrets', 'store:write:secrets'],
    },
    load(context) {
      const vault = new SecretVault(context.storage, context.platform, options.key);
      context.services.register<{ name: string }, { value: string }>(
        { name: 'secrets.resolve', description: 'The value of a secret, for block calls' },
        async ({ name }) => ({ value: await vault.open(name) }),
      );
      registerOperation<{ limit?: number; cursor?: string }>(context, listOperation, async ({ limit = 50, cursor }) => {
        const page = await vault.list(cursor, limit);
        return { items: page.items.map(view), ...(page.next !== undefined && { next_cursor: page.next }) };
      });
      registerOperation<{ name: string; value: string }>(context, setOperation, async ({ name, value }) =>
        view(await vault.set(name, value)),
      );
      registerOperation<{ name: string }>(context, deleteOperation, async ({ name }) => {
        await vault.delete(name);
        return reply({ outcome: 'no_content' });
      });
    },
  };
}

function view(info: SecretInfo) {
  return {
    name: info.name,
    created_at: new Date(info.createdAt).toISOString(),
    updated_at: new Date(info.updatedAt).toISOString(),
  };
}
