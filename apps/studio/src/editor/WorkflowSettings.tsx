import { useState } from 'react';
import { CodeEditor } from '../components/CodeEditor.tsx';
import { Labelled, TextArea, TextInput } from '../components/Field.tsx';
import { Modal } from '../components/Modal.tsx';
import { DurationInput } from '../fields/DurationField.tsx';
import { useEditor, useEditorState } from './editor-context.ts';

/** What belongs to the workflow as a whole. */
export function WorkflowSettings({ onClose }: { readonly onClose: () => void }) {
  const { actions } = useEditor();
  const file = useEditorState().history.present;
  const [schema, setSchema] = useState(() => (file.input === undefined ? '' : JSON.stringify(file.input, null, 2)));
  const [problem, setProblem] = useState<string>();
  const changeSchema = (text: string) => {
    setSchema(text);
    try {
      const input = text.trim() === '' ? undefined : JSON.parse(text);
      setProblem(undefined);
      actions.setFile({ input }, 'input');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Modal open onClose={onClose} title="Workflow settings" shape="drawer">
      <div className="grid gap-5">
        <Labelled label="Description">
          {(id) => (
            <TextArea
              id={id}
              value={file.description ?? ''}
              onChange={(event) =>
                actions.setFile({ description: event.target.value || (undefined as never) }, 'description')
              }
            />
          )}
        </Labelled>
        <Labelled label="Tags" hint="Separated by commas.">
          {(id) => (
            <TextInput
              id={id}
              defaultValue={file.tags?.join(', ') ?? ''}
              onBlur={(event) => {
                const tags = event.target.value
                  .split(',')
                  .map((tag) => tag.trim())
                  .filter(Boolean);
                actions.setFile({ tags: tags.length === 0 ? (undefined as never) : tags });
              }}
            />
          )}
        </Labelled>
        <Labelled label="Timeout of a whole execution" hint="Beyond it the execution ends as timed out.">
          {(id) => (
            <DurationInput
              id={id}
              value={file.timeout}
              onChange={(timeout) => actions.setFile({ timeout: timeout as never }, 'timeout')}
            />
          )}
        </Labelled>
        <Labelled label="Executions at once" hint="More wait in the queue.">
          {(id) => (
            <TextInput
              id={id}
              type="number"
              min={1}
              placeholder="No limit"
              value={file.concurrency ?? ''}
              onChange={(event) =>
                actions.setFile(
                  {
                    concurrency: (event.target.value === ''
                      ? undefined
                      : Math.max(1, Number(event.target.value))) as never,
                  },
                  'concurrency',
                )
              }
            />
          )}
        </Labelled>
        <Labelled
          label="Input schema"
          optional
          problem={problem}
          hint="JSON Schema of the input. Runs by hand then show a form."
        >
          {() => (
            <div className="overflow-hidden rounded-md border border-line-strong focus-within:border-accent">
              <CodeEditor
                label="Input schema"
                language="json"
                lineNumbers={false}
                value={schema}
                className="h-48"
                onChange={changeSchema}
              />
            </div>
          )}
        </Labelled>
      </div>
    </Modal>
  );
}
