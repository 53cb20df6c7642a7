import type { WorkflowNode } from '@conv3n/workflow';
import { useState } from 'react';
import { takenIds } from '../engine/graph-path.ts';
import { nodeIdProblem } from '../engine/node-id.ts';
import { useEditor, useEditorState } from './editor-context.ts';

/** The node's label and id; both can be edited, and expressions follow a renamed id. */
export function NodeTitle({
  id,
  node,
  blockTitle,
}: {
  readonly id: string;
  readonly node: WorkflowNode;
  readonly blockTitle: string;
}) {
  const { actions } = useEditor();
  const file = useEditorState().history.present;
  const [draft, setDraft] = useState<string>();
  const problem = draft === undefined || draft === id ? undefined : nodeIdProblem(draft, takenIds(file));
  return (
    <div className="min-w-0 flex-1">
      <input
        aria-label="Node label"
        value={node.label ?? ''}
        placeholder={blockTitle}
        className="-mx-1 w-full rounded bg-transparent px-1 text-sm font-semibold text-strong outline-none placeholder:text-strong hover:bg-hover focus:bg-page focus:placeholder:text-faint"
        onChange={(event) => actions.setNode(id, { label: event.target.value === '' ? undefined : event.target.value })}
      />
      <input
        aria-label="Node id"
        aria-invalid={problem !== undefined}
        title={problem ?? 'The id expressions use: $node.<id>'}
        value={draft ?? id}
        spellCheck={false}
        className={`-mx-1 w-full rounded bg-transparent px-1 font-mono text-2xs outline-none hover:bg-hover focus:bg-page ${problem ? 'text-bad' : 'text-faint'}`}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        onBlur={() => {
          if (draft !== undefined && draft !== id && problem === undefined) actions.rename(id, draft);
          setDraft(undefined);
        }}
      />
      {problem && (
        <p role="alert" className="text-2xs text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}
