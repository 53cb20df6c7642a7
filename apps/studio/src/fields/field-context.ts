import { createContext, use } from 'react';
import type { Variable } from '../engine/variables.ts';

/** What fields of the open node share. */
export interface FieldContextValue {
  readonly node: string;
  readonly variables: readonly Variable[];
  /** `$secrets.<name>`, for fields that accept one. */
  readonly secrets: readonly Variable[];
  readonly executionId: string | undefined;
}

/** Set by the inspector. */
export const FieldContext = createContext<FieldContextValue | null>(null);

/** @throws Error outside the inspector */
export function useFieldContext(): FieldContextValue {
  const value = use(FieldContext);
  if (value === null) throw new Error('A config field stands only in the inspector.');
  return value;
}
