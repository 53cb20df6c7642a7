import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Network, Plus } from 'lucide-react';
import { IconButton } from '../components/Button.tsx';
import { useHotkeys } from '../hooks/use-hotkeys.ts';

/** Zoom, fit and auto layout at the corner of the canvas. */
export function ZoomControls({ onLayout }: { readonly onLayout?: () => void }) {
  const flow = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const fit = () => void flow.fitView({ padding: 0.18, maxZoom: 1, duration: 200 });
  const zoomIn = () => void flow.zoomIn({ duration: 120 });
  const zoomOut = () => void flow.zoomOut({ duration: 120 });
  useHotkeys({ f: fit, '+': zoomIn, '=': zoomIn, '-': zoomOut });
  return (
    <Panel
      position="bottom-left"
      className="flex items-center rounded-lg border border-line bg-panel p-0.5 shadow-float"
    >
      <IconButton size="sm" label="Zoom out" shortcut="-" onClick={zoomOut}>
        <Minus aria-hidden />
      </IconButton>
      <span className="w-10 text-center text-2xs text-soft tabular-nums">{zoom}%</span>
      <IconButton size="sm" label="Zoom in" shortcut="+" onClick={zoomIn}>
        <Plus aria-hidden />
      </IconButton>
      <span className="mx-0.5 h-4 w-px bg-line" />
      <IconButton size="sm" label="Fit to view" shortcut="F" onClick={fit}>
        <Maximize aria-hidden />
      </IconButton>
      {onLayout && (
        <IconButton size="sm" label="Auto layout" shortcut="L" onClick={onLayout}>
          <Network aria-hidden />
        </IconButton>
      )}
    </Panel>
  );
}
