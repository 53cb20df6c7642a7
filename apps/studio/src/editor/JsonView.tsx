import { useEffect, useMemo, useState } from 'react';
import { CodeEditor } from '../components/CodeEditor.tsx';
import type { PlacedProblem } from '../engine/problems.ts';
import { parseWorkflow, workflowText } from '../engine/workflow-text.ts';
import { useEditor, useEditorState } from './editor-context.ts';
import { locateProblem } from './locate-problem.ts';
import { workflowSchema } from './workflow-schema.ts';

function markersOf(text: string, problems: readonly PlacedProblem[]) {
  return problems.map((problem) => ({
    ...locateProblem(text, problem.path),
    message: `${problem.message}${problem.suggestion ? ` ${problem.suggestion}` : ''}`,
  }));
}

/** The workflow as JSON. Valid text becomes the graph at once; invalid text stays here with its problem. */
export function JsonView() {
  const { actions, manifests, problems } = useEditor();
  const file = useEditorState().history.present;
  const [draft, setDraft] = useState<{ readonly text: string; readonly problem: string; readonly offset: number }>();
  const current = useMemo(() => workflowText(file), [file]);
  const [text, setText] = useState(current);
  const schema = useMemo(() => workflowSchema([...manifests.values()]), [manifests]);

  useEffect(() => {
    setText((shown) => {
      const parsed = parseWorkflow(shown);
      return parsed.ok && JSON.stringify(parsed.file) === JSON.stringify(file) ? shown : current;
    });
    setDraft(undefined);
  }, [current, file]);

  const change = (next: string) => {
    setText(next);
    const parsed = parseWorkflow(next);
    if (!parsed.ok) {
      setDraft({ text: next, problem: parsed.message, offset: parsed.offset ?? 0 });
      return;
    }
    setDraft(undefined);
    if (JSON.stringify(parsed.file) !== JSON.stringify(file)) actions.replaceFile(parsed.file, 'json');
  };
  const markers = useMemo(
    () => (draft ? [{ from: draft.offset, to: draft.offset + 1, message: draft.problem }] : markersOf(text, problems)),
    [draft, text, problems],
  );
  return (
    <div className="flex h-full min-h-0 flex-col">
      <CodeEditor
        label="Workflow JSON"
        language="json"
        value={text}
        className="min-h-0 flex-1"
        onChange={change}
        markers={markers}
        schema={schema}
      />
      <footer role="status" className="flex h-9 shrink-0 items-center gap-2 border-t border-line bg-panel px-4 text-xs">
        {draft ? (
          <span className="truncate text-bad">{draft.problem} The canvas keeps the last valid state.</span>
        ) : problems.length > 0 ? (
          <span className="truncate text-warn">
            {problems.length} {problems.length === 1 ? 'problem' : 'problems'}: {problems[0]?.message}
          </span>
        ) : (
          <span className="text-soft">Valid. The canvas follows every edit.</span>
        )}
      </footer>
    </div>
  );
}
