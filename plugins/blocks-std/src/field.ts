import { Type } from '@conv3n/platform';
import type { FieldAnnotation } from '@conv3n/workflow';

/** Title, description and `x-conv3n` annotation of a config field. */
export function field(title: string, description: string, annotation: FieldAnnotation = {}) {
  return { title, description, 'x-conv3n': annotation };
}

/** Closes an object schema: an unknown key is an error. */
export const closed = { additionalProperties: false } as const;

/** What `$secrets.<name>` evaluates to. */
export const secretReference = Type.Object({ $secret: Type.String() }, closed);

/** A string that may be `$secrets.<name>`; it reaches the block as a reference. */
export function secretField(title: string, description: string, annotation: FieldAnnotation = {}) {
  return Type.Union([Type.String(), secretReference], field(title, description, { ...annotation, secret: true }));
}
