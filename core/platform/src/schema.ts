import type { Violation } from './errors.ts';

/** A JSON Schema (2020-12) as plain data. TypeBox schemas are such data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Checks values against one schema; an empty list means valid. Paths are dotted. */
export type SchemaCheck = (value: unknown) => readonly Violation[];

/** Port: compiles a schema into a check once. Pure packages receive it; `core/nexus` binds TypeBox. */
export type SchemaCompiler = (schema: JsonSchema) => SchemaCheck;
