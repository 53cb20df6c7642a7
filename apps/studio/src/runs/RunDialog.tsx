import type { WorkflowFile } from '@conv3n/workflow';
import { Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../components/Button.tsx';
import { CodeEditor } from '../components/CodeEditor.tsx';
import { Kbd } from '../components/Kbd.tsx';
import { Modal } from '../components/Modal.tsx';
import { sampleInput } from '../engine/sample-input.ts';
import { InputForm } from './InputForm.tsx';

function parse(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: text.trim() === '' ? null : JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Asks for the input of a run: a form where the workflow declares its input, else JSON. */
export function RunDialog(props: {
  readonly file: WorkflowFile;
  readonly unsaved: boolean;
  readonly busy: boolean;
  /** What the editor starts from: the input used last. Without it, one made from what the workflow reads. */
  readonly start: unknown;
  readonly onRun: (input: unknown) => void;
  readonly onClose: () => void;
}) {
  const { file } = props;
  const [text, setText] = useState(() => JSON.stringify(props.start ?? sampleInput(file), null, 2));
  const [raw, setRaw] = useState(false);
  const parsed = parse(text);
  const schema = file.input as { properties?: Record<string, unknown> } | undefined;
  const asForm =
    schema?.properties !== undefined && !raw && parsed.ok && typeof parsed.value === 'object' && parsed.value !== null;
  const run = () => parsed.ok && !props.busy && props.onRun(parsed.value);
  const runNow = useRef(run);
  runNow.current = run;
  // Wherever the focus is: on the editor, a button, or nothing yet while the editor loads.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      event.stopPropagation();
      runNow.current();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, []);
  return (
    <Modal
      open
      onClose={props.onClose}
      title="Run workflow"
      description={
        props.unsaved ? 'Runs the draft as it stands on the canvas; nothing is saved.' : 'Runs the latest version.'
      }
      shape="md"
      footer={
        <>
          {schema?.properties && (
            <Button tone="quiet" className="mr-auto" onClick={() => setRaw(!raw)}>
              {raw ? 'Edit as form' : 'Edit as JSON'}
            </Button>
          )}
          <Button tone="quiet" onClick={props.onClose}>
            Cancel
          </Button>
          <Button
            tone="primary"
            busy={props.busy}
            disabled={!parsed.ok}
            icon={<Play className="size-3.5" aria-hidden />}
            onClick={run}
          >
            Run
          </Button>
        </>
      }
    >
      <div>
        {asForm ? (
          <InputForm
            schema={schema ?? {}}
            value={parsed.value as Record<string, unknown>}
            onChange={(value) => setText(JSON.stringify(value, null, 2))}
          />
        ) : (
          <>
            <div className="overflow-hidden rounded-md border border-line-strong focus-within:border-accent">
              <CodeEditor label="Input" language="json" value={text} className="h-64" onChange={setText} />
            </div>
            {parsed.ok ? (
              <p className="mt-2 flex items-center gap-1.5 text-xs text-faint">
                Expressions read this as <code className="font-mono text-soft">$trigger</code>
                <span className="flex-1" />
                <Kbd keys="Mod+Enter" /> runs
              </p>
            ) : (
              <p role="alert" className="mt-2 text-xs text-bad">
                {parsed.message}
              </p>
            )}
          </>
        )}
      </div>
    </Modal>
  );
}
