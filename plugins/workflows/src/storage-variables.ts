import type { JsonObject, JsonValue } from '@conv3n/platform';
import type { Storage } from '@conv3n/runtime';
import type { VariableStore } from '@conv3n/workflow';

const namespace = 'workflows.variables';
const pageSize = 1000;

/** Variables on the runtime's storage port: keys `g/<name>` for global ones and `w/<workflow>/<name>` for a workflow's. */
export function storageVariables(storage: Storage): VariableStore {
  const prefixOf = (workflowId: string | null, scope: 'workflow' | 'global') =>
    scope === 'global' ? 'g/' : `w/${workflowId}/`;

  const readScope = async (prefix: string, into: Record<string, JsonValue>) => {
    let after: string | undefined;
    do {
      const page = await storage.list(namespace, { prefix, limit: pageSize, ...(after !== undefined && { after }) });
      for (const { key, value } of page.entries) into[key.slice(prefix.length)] = value;
      after = page.next;
    } while (after !== undefined);
  };

  return {
    backend: storage.backend,
    async read(workflowId, names) {
      const found: Record<string, JsonValue> = {};
      const prefixes = [prefixOf(null, 'global'), ...(workflowId === null ? [] : [prefixOf(workflowId, 'workflow')])];
      for (const prefix of prefixes) {
        if (names === null) {
          await readScope(prefix, found);
          continue;
        }
        const entries = await storage.getMany(
          namespace,
          names.map((name) => prefix + name),
        );
        entries.forEach((entry, index) => {
          if (entry) found[names[index] as string] = entry.value;
        });
      }
      return found as JsonObject;
    },
    async get({ scope, workflowId }, name) {
      if (scope === 'workflow' && workflowId === null) return undefined;
      return (await storage.get(namespace, prefixOf(workflowId, scope) + name))?.value;
    },
    set({ scope, workflowId }, name, value, ttlMs) {
      return storage.asAtomicWrite([
        {
          kind: 'put',
          namespace,
          key: prefixOf(workflowId, scope) + name,
          value,
          ...(ttlMs !== undefined && { ttlMs }),
        },
      ]);
    },
  };
}
