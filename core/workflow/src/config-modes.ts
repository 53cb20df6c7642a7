import { isRecord, type JsonSchema } from '@conv3n/platform';
import type { FieldAnnotation, FieldMode } from './block.ts';

/** How one place of a config is read. */
export interface Place {
  readonly schema: JsonSchema | undefined;
  readonly mode: FieldMode;
  readonly secret: boolean;
}

/** The root of a block's config. */
export function rootPlace(schema: JsonSchema | undefined): Place {
  return annotated(schema, 'template', false);
}

/** The place of a property or element below `place`; annotations are inherited. */
export function childPlace(place: Place, key: string | number): Place {
  // An expression field that holds a list or an object instead is read element by element as templates.
  const mode = place.mode === 'expression' ? 'template' : place.mode;
  return annotated(childSchema(place.schema, key), mode, place.secret);
}

function annotated(schema: JsonSchema | undefined, mode: FieldMode, secret: boolean): Place {
  const annotation = schema?.['x-conv3n'] as FieldAnnotation | undefined;
  return { schema, mode: annotation?.mode ?? mode, secret: annotation?.secret ?? secret };
}

function childSchema(schema: JsonSchema | undefined, key: string | number): JsonSchema | undefined {
  if (!schema) return undefined;
  const found = typeof key === 'number' ? elementSchema(schema) : propertySchema(schema, key);
  if (found) return found;
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const variants: unknown = (schema as Readonly<Record<string, unknown>>)[keyword];
    if (!Array.isArray(variants)) continue;
    for (const variant of variants) {
      const inner = isRecord(variant) ? childSchema(variant, key) : undefined;
      if (inner) return inner;
    }
  }
  return undefined;
}

function propertySchema(schema: JsonSchema, key: string): JsonSchema | undefined {
  const { properties, additionalProperties } = schema;
  if (isRecord(properties) && Object.hasOwn(properties, key) && isRecord(properties[key])) return properties[key];
  return isRecord(additionalProperties) ? additionalProperties : undefined;
}

function elementSchema(schema: JsonSchema): JsonSchema | undefined {
  return isRecord(schema.items) ? schema.items : undefined;
}
