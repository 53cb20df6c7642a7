import { Layers } from 'lucide-react';
import { Button } from '../components/Button.tsx';
import { useEditor } from '../editor/editor-context.ts';
import { useFieldContext } from './field-context.ts';

/** Opens a loop's body on the canvas. */
export function GraphField() {
  const { actions } = useEditor();
  const { node } = useFieldContext();
  return (
    <Button icon={<Layers className="size-3.5" aria-hidden />} onClick={() => actions.openBody(node)}>
      Open the loop body
    </Button>
  );
}
