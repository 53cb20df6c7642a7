import type { ConfigField } from '../engine/config-fields.ts';

/** What every field control receives. */
export interface FieldProps {
  readonly id: string;
  readonly field: ConfigField;
  readonly value: unknown;
  /** `undefined` removes the field from the config. */
  readonly onChange: (value: unknown) => void;
  readonly invalid: boolean;
}

/** A value as text for text controls: strings as they are, anything else as JSON. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
