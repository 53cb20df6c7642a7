import type { ExecutionsListInput } from '@conv3n/sdk';
import { QueryClient, queryOptions } from '@tanstack/react-query';
import { isApiError } from './api-error.ts';
import { client } from './client.ts';

/** Every cached read of the studio; keys start with the noun so that a write can invalidate by it. */
export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: () => client.auth.session(), staleTime: 300_000 }),
  info: () => queryOptions({ queryKey: ['info'], queryFn: () => client.system.info(), staleTime: 300_000 }),
  blocks: () => queryOptions({ queryKey: ['blocks'], queryFn: () => client.blocks.list(), staleTime: 300_000 }),
  workflows: () =>
    queryOptions({ queryKey: ['workflows', 'list'], queryFn: () => client.workflows.list({ limit: 200 }) }),
  workflow: (id: string) => queryOptions({ queryKey: ['workflows', id], queryFn: () => client.workflows.get({ id }) }),
  versions: (id: string) =>
    queryOptions({
      queryKey: ['workflows', id, 'versions'],
      queryFn: () => client.workflows.versions({ id, limit: 200 }),
    }),
  executions: (filter: ExecutionsListInput) =>
    queryOptions({ queryKey: ['executions', 'list', filter], queryFn: () => client.executions.list(filter) }),
  execution: (id: string) =>
    queryOptions({ queryKey: ['executions', id], queryFn: () => client.executions.get({ id }) }),
  definition: (id: string) =>
    queryOptions({
      queryKey: ['executions', id, 'definition'],
      queryFn: () => client.executions.definition({ id }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  step: (id: string, node: string, status: string) =>
    queryOptions({
      queryKey: ['executions', id, 'step', node, status],
      queryFn: () => client.executions.step({ id, node, limit: 100 }),
    }),
  triggers: () => queryOptions({ queryKey: ['triggers'], queryFn: () => client.triggers.list({ limit: 200 }) }),
  secrets: () => queryOptions({ queryKey: ['secrets'], queryFn: () => client.secrets.list({ limit: 200 }) }),
  apiKeys: () => queryOptions({ queryKey: ['api-keys'], queryFn: () => client.apiKeys.list({ limit: 200 }) }),
};

/** Reads are retried by the SDK; here a failure is shown, except one more try when there was no answer. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 10_000, retry: (count, error) => count < 1 && isApiError(error) && error.status === 0 },
    },
  });
}
