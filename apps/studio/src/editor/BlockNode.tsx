import { Handle, type NodeProps, Position, useConnection, useUpdateNodeInternals } from '@xyflow/react';
import { CircleAlert, Layers } from 'lucide-react';
import { memo, useEffect } from 'react';
import { BlockIcon } from '../components/BlockIcon.tsx';
import { classNames } from '../components/class-names.ts';
import { Hint } from '../components/Hint.tsx';
import { durationText } from '../components/moments.ts';
import { StatusIcon, statusWord } from '../components/Status.tsx';
import { connectProblem } from '../engine/connect.ts';
import { useCanvas } from './canvas-context.ts';
import type { BlockFlowNode } from './canvas-model.ts';

const frames: Readonly<Record<string, string>> = {
  running: 'border-run shadow-[0_0_0_3px_color-mix(in_srgb,var(--run)_20%,transparent)]',
  succeeded: 'border-ok/55',
  failed: 'border-bad/80',
  waiting: 'border-warn/70',
  in_doubt: 'border-warn shadow-[0_0_0_3px_color-mix(in_srgb,var(--warn)_20%,transparent)]',
  skipped: 'border-line-strong opacity-55',
  cancelled: 'border-line-strong opacity-70',
};

/** Whether an edge being drawn may end here: `true`, `false`, or undefined while none is drawn. */
function useDropTarget(id: string): boolean | undefined {
  const { graph, isTrigger } = useCanvas();
  const from = useConnection((connection) =>
    connection.inProgress && connection.fromHandle.type === 'source'
      ? `${connection.fromHandle.nodeId} ${connection.fromHandle.id ?? ''}`
      : '',
  );
  if (from === '') return undefined;
  const [source = '', sourceHandle] = from.split(' ');
  return connectProblem(graph, { source, sourceHandle: sourceHandle || null, target: id }, isTrigger) === undefined;
}

function OutputPorts({
  ports,
  strays,
  taken,
  top,
}: {
  readonly ports: readonly string[];
  readonly strays: readonly string[];
  readonly taken: readonly string[];
  readonly top: number;
}) {
  if (ports.length === 1) {
    return (
      <Handle
        type="source"
        position={Position.Right}
        id={ports[0] ?? 'default'}
        style={{ top: 30 }}
        aria-label={`Output ${ports[0]}`}
      />
    );
  }
  return ports.map((port, index) => (
    <div key={port} className="relative flex h-6 items-center justify-end pr-3.5">
      <span
        className={classNames(
          'max-w-44 truncate text-2xs font-medium',
          strays.includes(port) ? 'text-bad line-through' : taken.includes(port) ? 'text-ok' : 'text-soft',
        )}
      >
        {port}
      </span>
      <Handle
        type="source"
        position={Position.Right}
        id={port}
        aria-label={`Output ${port}`}
        data-index={index}
        style={{ top: top + 12 }}
      />
    </div>
  ));
}

/** A node's card: icon, title, block, live status and ports. */
export const BlockNode = memo(function BlockNode({ id, data, selected }: NodeProps<BlockFlowNode>) {
  const { onOpenBody } = useCanvas();
  const droppable = useDropTarget(id);
  const refresh = useUpdateNodeInternals();
  const portKey = `${data.ports.join('|')}>${data.inputs.join('|')}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: handles move only when the ports change
  useEffect(() => refresh(id), [portKey, id]);
  return (
    <div
      className={classNames(
        'h-full w-full rounded-[10px] border bg-raised transition-[border-color,box-shadow,opacity] duration-150',
        data.status && frames[data.status] ? frames[data.status] : 'border-line-strong hover:border-faint',
        selected && 'border-accent! shadow-[0_0_0_1px_var(--accent)]',
        droppable === false && 'opacity-45',
      )}
    >
      {data.inputs.map((port, index) => (
        <Handle
          key={port}
          type="target"
          position={Position.Left}
          id={port}
          aria-label={`Input ${port}`}
          style={{ top: 30 + index * 18 }}
          className={droppable === undefined ? '' : droppable ? 'possible' : 'impossible'}
        />
      ))}
      <div className="flex h-[58px] items-center gap-2.5 pr-3 pl-2.5">
        <BlockIcon block={data.block} />
        <div className="min-w-0 flex-1">
          <div className="truncate text-sm leading-[18px] font-medium text-strong">{data.title}</div>
          <div className="truncate text-2xs leading-4 text-soft">
            {data.block?.title ?? data.node.type}
            {data.summary && <span className="text-faint"> · {data.summary}</span>}
          </div>
        </div>
        {data.status ? (
          <span className="flex flex-col items-end gap-0.5" title={statusWord(data.status)}>
            <StatusIcon status={data.status} />
            {data.duration !== undefined && (
              <span className="text-[10px] leading-3 text-faint tabular-nums">{durationText(data.duration)}</span>
            )}
            {data.iterations > 0 && (
              <span className="text-[10px] leading-3 text-faint tabular-nums">×{data.iterations}</span>
            )}
          </span>
        ) : (
          data.problems.length > 0 && (
            <Hint text={data.problems[0] ?? ''}>
              <CircleAlert className="size-4 shrink-0 text-warn" aria-label={`${data.problems.length} problems`} />
            </Hint>
          )
        )}
      </div>
      {data.ports.length > 1 ? (
        <div className="relative border-t border-line pt-0.5">
          {data.bodySize !== undefined && (
            <Hint text="Open the loop body" shortcut="Enter">
              <button
                type="button"
                aria-label={`Open the loop body of ${data.title}, ${data.bodySize} nodes`}
                className="nodrag absolute top-3.5 left-2.5 z-10 flex h-6 items-center gap-1.5 rounded-md border border-line-strong px-2 text-2xs text-soft hover:bg-hover hover:text-strong"
                onClick={(event) => {
                  event.stopPropagation();
                  onOpenBody(id);
                }}
              >
                <Layers className="size-3" aria-hidden />
                {data.bodySize} inside
              </button>
            </Hint>
          )}
          <OutputPorts ports={data.ports} strays={data.strays} taken={data.takenPorts} top={0} />
        </div>
      ) : (
        data.ports.length === 1 && (
          <OutputPorts ports={data.ports} strays={data.strays} taken={data.takenPorts} top={0} />
        )
      )}
    </div>
  );
});
