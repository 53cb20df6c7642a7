import { useState } from 'react';
import type { Example, WorkflowFile } from '../api/types.ts';
import { Button } from '../components/Button.tsx';
import { Labelled, TextInput } from '../components/Field.tsx';
import { Modal } from '../components/Modal.tsx';
import { blankWorkflow } from '../engine/workflow-text.ts';
import { ExampleGallery } from './ExampleGallery.tsx';

/** A blank workflow with a name, or one from an example. */
export function NewWorkflowDialog(props: {
  readonly open: boolean;
  readonly busy: boolean;
  readonly examples: readonly Example[];
  readonly onClose: () => void;
  /** Opens a draft; nothing is stored until the first save. */
  readonly onBlank: (workflow: WorkflowFile) => void;
  readonly onCreate: (workflow: WorkflowFile) => void;
}) {
  const [name, setName] = useState('');
  return (
    <Modal open={props.open} onClose={props.onClose} title="New workflow" shape="lg">
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          props.onBlank(blankWorkflow(name.trim() || 'Untitled workflow'));
        }}
      >
        <div className="flex-1">
          <Labelled label="Name">
            {(id) => (
              <TextInput
                id={id}
                value={name}
                placeholder="Order intake"
                autoFocus
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Labelled>
        </div>
        <Button tone="primary" type="submit" disabled={props.busy}>
          Create blank
        </Button>
      </form>
      <h3 className="mt-6 mb-2.5 text-xs font-medium text-body">Or start from an example</h3>
      <ExampleGallery
        examples={props.examples}
        busy={props.busy}
        onChoose={(example) => props.onCreate(example.workflow)}
      />
    </Modal>
  );
}
