import type { JsonObject, JsonSchema } from '@conv3n/platform';
import type { DomainEvent } from './event.ts';

export interface MessageOptions {
  /** Schema of the input, for a validating middleware. */
  readonly schema?: JsonSchema;
}

/** A message with a name; the types of its input and result travel with it at compile time only. */
export interface MessageType<Kind extends 'command' | 'query', Input, Result> {
  readonly kind: Kind;
  /** Unique on a bus, such as `order.place`. */
  readonly name: string;
  readonly schema: JsonSchema | undefined;
  /** Carries the types; never called. */
  readonly types?: (input: Input) => Result;
}

/** A request to change something. */
export type CommandType<Input, Result> = MessageType<'command', Input, Result>;

/** A question that changes nothing. */
export type QueryType<Input, Result> = MessageType<'query', Input, Result>;

export function defineCommand<Input, Result = void>(
  name: string,
  options: MessageOptions = {},
): CommandType<Input, Result> {
  return Object.freeze({ kind: 'command', name, schema: options.schema });
}

export function defineQuery<Input, Result>(name: string, options: MessageOptions = {}): QueryType<Input, Result> {
  return Object.freeze({ kind: 'query', name, schema: options.schema });
}

/** A type of event: makes events and recognises them. */
export interface EventType<Type extends string, Data extends object> {
  readonly type: Type;
  make(data: Data): DomainEvent<Type, Data>;
  is(event: { readonly type: string }): event is DomainEvent<Type, Data>;
}

export function defineEvent<Data extends object = JsonObject>() {
  return <const Type extends string>(type: Type): EventType<Type, Data> =>
    Object.freeze({
      type,
      make: (data: Data) => ({ type, data }),
      is: (event: { readonly type: string }): event is DomainEvent<Type, Data> => event.type === type,
    });
}
