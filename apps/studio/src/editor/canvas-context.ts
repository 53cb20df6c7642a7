import type { WorkflowGraph } from '@conv3n/workflow';
import { createContext, use } from 'react';

/** What cards need of the canvas around them. */
export interface CanvasContextValue {
  readonly graph: WorkflowGraph;
  readonly isTrigger: (type: string) => boolean;
  readonly onOpenBody: (node: string) => void;
}

/** Set by every canvas. */
export const CanvasContext = createContext<CanvasContextValue | null>(null);

/** @throws Error outside a canvas */
export function useCanvas(): CanvasContextValue {
  const value = use(CanvasContext);
  if (value === null) throw new Error('A block card stands only on a canvas.');
  return value;
}
