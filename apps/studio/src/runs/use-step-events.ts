import { useQuery } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import type { RunEvent } from '../engine/run-state.ts';

/** Pages of events read to find those of one step. */
const pageLimit = 10;

/** The events of one step, oldest first; `version` renews them when the step moved on. */
export function useStepEvents(execution: string, node: string, iteration: string, version: string) {
  return useQuery({
    queryKey: ['executions', execution, 'step-events', node, iteration, version],
    placeholderData: (previous) => previous,
    queryFn: async (): Promise<readonly RunEvent[]> => {
      const found: RunEvent[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pageLimit; page += 1) {
        const { items, next_cursor } = await client.executions.events({
          id: execution,
          limit: 200,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const event of items) {
          const facts = event.data as { node?: string; i?: readonly number[] } | null;
          if (facts?.node === node && (facts.i ?? []).join('.') === iteration) found.push(event);
        }
        if (next_cursor === undefined) break;
        cursor = next_cursor;
      }
      return found;
    },
  });
}
