import type { CallContext } from '@conv3n/platform';
import { type BusClosed, type BusOptions, MessageBus } from './message-bus.ts';
import type { QueryType } from './messages.ts';

/** Carries queries to their handlers. */
export interface QueryBus {
  ask<Input, Result>(query: QueryType<Input, Result>, input: Input, context: CallContext): Promise<Result>;
  close(signal: AbortSignal): Promise<BusClosed>;
}

/** Builds the bus with all its handlers. @throws Conv3nError `invalid_pipeline` */
export function queryBus(options: BusOptions<'query'>): QueryBus {
  const bus = new MessageBus('query', options);
  return {
    ask: (query, input, context) => bus.dispatch(query, input, context),
    close: (signal) => bus.close(signal),
  };
}
