import { QueryClient, queryOptions } from '@tanstack/react-query';
import { isApiError } from './api-error.ts';
import { client } from './client.ts';

/** Every cached read of the studio; keys start with the noun so that a write can invalidate by it. */
export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: client.auth.session, staleTime: 300_000 }),
  info: () => queryOptions({ queryKey: ['info'], queryFn: client.system.info, staleTime: 300_000 }),
  blocks: () => queryOptions({ queryKey: ['blocks'], queryFn: client.blocks.list, staleTime: 300_000 }),
  workflows: (query?: string) =>
    queryOptions({
      queryKey: ['workflows', 'list', query ?? ''],
      queryFn: () => client.workflows.list({ limit: 100, ...(query ? { query } : {}) }),
    }),
  workflow: (id: string) => queryOptions({ queryKey: ['workflows', id], queryFn: () => client.workflows.get({ id }) }),
  versions: (id: string) => queryOptions({ queryKey: ['workflows', id, 'versions'], queryFn: () => client.workflows.versions({ id }) }),
  executions: (filter: { workflow_id?: string; status?: string; from?: string; limit?: number; cursor?: string }) =>
    queryOptions({ queryKey: ['executions', 'list', filter], queryFn: () => client.executions.list(filter) }),
  execution: (id: string) => queryOptions({ queryKey: ['executions', id], queryFn: () => client.executions.get({ id }) }),
  definition: (id: string) =>
    queryOptions({ queryKey: ['executions', id, 'definition'], queryFn: () => client.executions.definition({ id }), staleTime: Number.POSITIVE_INFINITY }),
  events: (id: string, after: number) =>
    queryOptions({ queryKey: ['executions', id, 'events', after], queryFn: () => client.executions.events({ id, after, limit: 200 }) }),
  step: (id: string, node: string, iteration: string | undefined, status: string) =>
    queryOptions({
      queryKey: ['executions', id, 'step', node, iteration ?? '', status],
      queryFn: () => client.executions.step({ id, node, limit: 100, ...(iteration === undefined ? {} : { iteration }) }),
    }),
  triggers: () => queryOptions({ queryKey: ['triggers'], queryFn: () => client.triggers.list({ limit: 200 }) }),
  secrets: () => queryOptions({ queryKey: ['secrets'], queryFn: client.secrets.list }),
  apiKeys: () => queryOptions({ queryKey: ['api-keys'], queryFn: client.apiKeys.list }),
};

/** Reads are retried once, except what the server refused. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 1 && !(isApiError(error) && error.status >= 400 && error.status < 500),
      },
    },
  });
}
