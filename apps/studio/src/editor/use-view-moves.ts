import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect } from 'react';
import type { Point } from '../engine/graph-edit.ts';
import { nodeWidth } from '../engine/placement.ts';

const margin = 32;

/** Moves the view so that a single selected node is not hidden behind the panel that opened for it. */
export function useRevealSelected(
  canvas: RefObject<HTMLElement | null>,
  selected: ReadonlySet<string>,
  places: ReadonlyMap<string, Point>,
): void {
  const flow = useReactFlow();
  const [only] = selected.size === 1 ? selected : [];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection moves the view, not the node's own moves
  useEffect(() => {
    if (only === undefined) return;
    const timer = setTimeout(() => {
      const place = places.get(only);
      const frame = canvas.current?.getBoundingClientRect();
      if (place === undefined || frame === undefined) return;
      const { x, y, zoom } = flow.getViewport();
      const right = place.x * zoom + x + nodeWidth * zoom + margin - frame.width;
      const left = margin - (place.x * zoom + x);
      const bottom = place.y * zoom + y + 90 * zoom + margin - frame.height;
      const top = margin - (place.y * zoom + y);
      const dx = right > 0 ? -right : left > 0 ? left : 0;
      const dy = bottom > 0 ? -bottom : top > 0 ? top : 0;
      if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 180 });
    }, 60);
    return () => clearTimeout(timer);
  }, [only]);
}

/** Shows the whole graph when a run opens its drawer below it. */
export function useFitOnRun(run: string | undefined): void {
  const flow = useReactFlow();
  useEffect(() => {
    if (run === undefined) return;
    const timer = setTimeout(() => void flow.fitView({ padding: 0.12, maxZoom: 1, duration: 180 }), 80);
    return () => clearTimeout(timer);
  }, [run, flow]);
}
