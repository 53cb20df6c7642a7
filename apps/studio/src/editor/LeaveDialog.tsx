import { Button } from '../components/Button.tsx';
import { Modal } from '../components/Modal.tsx';

/** Asks before unsaved edits are dropped. */
export function LeaveDialog(props: {
  readonly open: boolean;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}) {
  return (
    <Modal
      open={props.open}
      onClose={props.onStay}
      title="Leave without saving?"
      footer={
        <>
          <Button tone="danger" onClick={props.onLeave}>
            Drop the edits
          </Button>
          <Button tone="primary" onClick={props.onStay}>
            Stay
          </Button>
        </>
      }
    >
      <p className="text-sm text-body">This workflow has edits that no version holds yet.</p>
    </Modal>
  );
}
