import type { Clock, JsonObject, JsonValue } from '@conv3n/platform';
import { memoryAtomicWrite } from '@conv3n/potter';
import type { VariableStore } from './variable-store.ts';

interface Entry {
  readonly value: JsonValue;
  readonly expiresAt: number;
}

/** Variables in memory: for `conv3n run`, tests and short-lived programs. */
export function memoryVariableStore(options: { readonly clock: Clock; readonly backend?: string }): VariableStore {
  const { clock, backend = 'memory' } = options;
  const scopes = new Map<string, Map<string, Entry>>();
  const keyOf = (scope: 'workflow' | 'global', workflowId: string | null) =>
    scope === 'global' ? 'global' : `workflow:${workflowId ?? ''}`;
  const entry = (key: string, name: string): Entry | undefined => {
    const found = scopes.get(key)?.get(name);
    return found && found.expiresAt > clock.now() ? found : undefined;
  };
  return {
    backend,
    read(workflowId, names) {
      const result: Record<string, JsonValue> = {};
      for (const key of ['global', keyOf('workflow', workflowId)]) {
        for (const name of names ?? scopes.get(key)?.keys() ?? []) {
          const found = entry(key, name);
          if (found) result[name] = found.value;
        }
      }
      return result as JsonObject;
    },
    get: (owner, name) => entry(keyOf(owner.scope, owner.workflowId), name)?.value,
    set: (owner, name, value, ttlMs) =>
      memoryAtomicWrite(backend, (transaction) => {
        const key = keyOf(owner.scope, owner.workflowId);
        const variables = scopes.get(key) ?? new Map<string, Entry>();
        scopes.set(key, variables);
        const before = variables.get(name);
        transaction.onUndo(() => {
          if (before) variables.set(name, before);
          else variables.delete(name);
        });
        variables.set(name, {
          value,
          expiresAt: ttlMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + ttlMs,
        });
      }),
  };
}
