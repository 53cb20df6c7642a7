import {
  Background,
  BackgroundVariant,
  type Edge,
  MiniMap,
  ReactFlow,
  type ReactFlowProps,
  SelectionMode,
} from '@xyflow/react';
import type { ReactNode } from 'react';
import { useTheme } from '../hooks/use-theme.ts';
import { BlockNode } from './BlockNode.tsx';
import { CanvasContext, type CanvasContextValue } from './canvas-context.ts';
import type { BlockFlowNode } from './canvas-model.ts';
import { ZoomControls } from './ZoomControls.tsx';

const nodeTypes = { block: BlockNode };

interface GraphCanvasProps extends ReactFlowProps<BlockFlowNode, Edge> {
  readonly context: CanvasContextValue;
  readonly label: string;
  readonly minimap: boolean;
  readonly onLayout?: () => void;
  readonly overlay?: ReactNode;
}

/** The canvas that editor and execution page share: grid, cards, edges, zoom. */
export function GraphCanvas({ context, label, minimap, onLayout, overlay, ...flow }: GraphCanvasProps) {
  const theme = useTheme();
  return (
    <CanvasContext value={context}>
      <ReactFlow<BlockFlowNode, Edge>
        aria-label={label}
        nodeTypes={nodeTypes}
        colorMode={theme}
        fitView
        fitViewOptions={{ padding: 0.18, maxZoom: 1 }}
        minZoom={0.2}
        maxZoom={1.6}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
        selectionMode={SelectionMode.Partial}
        panOnScroll
        zoomOnDoubleClick={false}
        proOptions={{ hideAttribution: true }}
        {...flow}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} />
        {minimap && (
          <MiniMap
            pannable
            zoomable
            position="bottom-right"
            className="rounded-lg border border-line"
            nodeBorderRadius={6}
            ariaLabel="Overview"
          />
        )}
        <ZoomControls {...(onLayout ? { onLayout } : {})} />
        {overlay}
      </ReactFlow>
    </CanvasContext>
  );
}
