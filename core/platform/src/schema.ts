import type { Violation } from './errors.ts';

/** A JSON Schema (2020-12) as plain data; only the keywords that the house itself reads are named. TypeBox schemas are such data. */
export interface JsonSchema {
  /** TypeBox's own mark; lets the empty schema of "any JSON" pass as a schema. */
  readonly '~kind'?: unknown;
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[] | undefined;
  readonly items?: JsonSchema | readonly JsonSchema[] | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** How the house reads a config field; see `FieldAnnotation` in core/workflow. */
  readonly 'x-conv3n'?: object;
}

/** Checks values against one schema; an empty list means valid. Paths are dotted. */
export type SchemaCheck = (value: unknown) => readonly Violation[];

/** Port: compiles a schema into a check once. Pure packages receive it; `core/nexus` binds TypeBox. */
export type SchemaCompiler = (schema: JsonSchema) => SchemaCheck;
