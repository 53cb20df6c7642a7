import { Panel } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { Button } from '../components/Button.tsx';
import { Kbd } from '../components/Kbd.tsx';
import { useEditor, useEditorState } from './editor-context.ts';

/** What to do with an empty canvas. */
export function EditorEmpty({ onAdd }: { readonly onAdd: () => void }) {
  const { actions, manifests } = useEditor();
  const inLoop = useEditorState().path.length > 0;
  const starters = [...manifests.values()]
    .filter((block) => block.category === 'trigger')
    .toSorted((a, b) => Number(b.type === 'std/webhook') - Number(a.type === 'std/webhook'))
    .slice(0, 3);
  return (
    <Panel position="top-center" className="mt-[16vh]!">
      <div className="w-[380px] text-center">
        <h2 className="text-base font-semibold text-strong">
          {inLoop ? 'This loop does nothing yet' : 'Start with a trigger'}
        </h2>
        <p className="mt-1 text-sm text-soft">
          {inLoop
            ? 'Blocks here run once per item; read the item as $item and its index as $index.'
            : 'A trigger starts the workflow by itself. Without one you run it by hand or through the API.'}
        </p>
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {!inLoop &&
            starters.map((block) => (
              <Button key={block.type} onClick={() => actions.addBlock(block)}>
                {block.title}
              </Button>
            ))}
          <Button tone={inLoop ? 'primary' : 'quiet'} icon={<Plus className="size-3.5" aria-hidden />} onClick={onAdd}>
            Any block <Kbd keys="/" />
          </Button>
        </div>
      </div>
    </Panel>
  );
}
