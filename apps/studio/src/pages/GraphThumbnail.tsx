import type { WorkflowGraph } from '@conv3n/workflow';
import { edgeKeys } from '../engine/graph-edit.ts';
import { nodeWidth, placeNodes } from '../engine/placement.ts';

const height = 60;

/** The shape of a graph, without words. */
export function GraphThumbnail({ graph }: { readonly graph: WorkflowGraph }) {
  const keys = edgeKeys(graph);
  const places = placeNodes(graph, () => height);
  const points = [...places.values()];
  const left = Math.min(0, ...points.map((point) => point.x)) - 20;
  const top = Math.min(0, ...points.map((point) => point.y)) - 20;
  const right = Math.max(nodeWidth, ...points.map((point) => point.x + nodeWidth)) + 20;
  const bottom = Math.max(height, ...points.map((point) => point.y + height)) + 20;
  return (
    <svg
      viewBox={`${left} ${top} ${right - left} ${bottom - top}`}
      className="h-20 w-full rounded-md bg-page p-1.5"
      aria-hidden="true"
    >
      {graph.edges.map((edge, index) => {
        const from = places.get(edge.source);
        const to = places.get(edge.target);
        if (!from || !to) return null;
        const x1 = from.x + nodeWidth;
        const y1 = from.y + height / 2;
        const y2 = to.y + height / 2;
        const mid = (x1 + to.x) / 2;
        return (
          <path
            key={keys[index]}
            d={`M${x1} ${y1}C${mid} ${y1} ${mid} ${y2} ${to.x} ${y2}`}
            fill="none"
            stroke="var(--line-strong)"
            strokeWidth="5"
          />
        );
      })}
      {[...places].map(([id, point]) => (
        <rect
          key={id}
          x={point.x}
          y={point.y}
          width={nodeWidth}
          height={height}
          rx="14"
          fill="var(--hover)"
          stroke="var(--line-strong)"
          strokeWidth="4"
        />
      ))}
    </svg>
  );
}
