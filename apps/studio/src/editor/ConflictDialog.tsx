import { Button } from '../components/Button.tsx';
import { Modal } from '../components/Modal.tsx';

/** Someone saved another version meanwhile. */
export function ConflictDialog(props: {
  readonly open: boolean;
  readonly onTheirs: () => void;
  readonly onMine: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      open={props.open}
      onClose={props.onClose}
      title="Someone else saved first"
      description="A newer version exists than the one you opened."
      footer={
        <>
          <Button onClick={props.onTheirs}>Open theirs</Button>
          <Button tone="primary" onClick={props.onMine}>
            Save mine as the next version
          </Button>
        </>
      }
    >
      <p className="text-sm text-body">
        Nothing is lost either way: their version stays in the history if you save yours, and opening theirs can be
        undone with your edits still there.
      </p>
    </Modal>
  );
}
