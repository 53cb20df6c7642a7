import type { CallContext } from '@conv3n/platform';
import { type BusClosed, type BusOptions, MessageBus } from './message-bus.ts';
import type { CommandType } from './messages.ts';

/** Carries commands to their handlers. */
export interface CommandBus {
  send<Input, Result>(command: CommandType<Input, Result>, input: Input, context: CallContext): Promise<Result>;
  close(signal: AbortSignal): Promise<BusClosed>;
}

/** Builds the bus with all its handlers. @throws Conv3nError `invalid_pipeline` */
export function commandBus(options: BusOptions<'command'>): CommandBus {
  const bus = new MessageBus('command', options);
  return {
    send: (command, input, context) => bus.dispatch(command, input, context),
    close: (signal) => bus.close(signal),
  };
}
