import type { Frame } from '../frame.ts';

/** A built-in function. Callbacks arrive among the arguments as {@link import('../frame.ts').Callback}. */
export type BuiltIn = (frame: Frame, args: readonly unknown[]) => unknown;

/** A method of one type of value. */
export type Method<Self> = (frame: Frame, self: Self, args: readonly unknown[]) => unknown;

/** Methods of one type by name. A Map, so that no name reaches a prototype. */
export type MethodTable<Self> = ReadonlyMap<string, Method<Self>>;
