import { texts } from '../texts.js';
import { useTask } from '../lib/use-task.js';
import { Button } from './Button.js';
import { Dialog, DialogActions, DialogBody } from './Dialog.js';
import { ProblemNotice } from './Notice.js';

interface Props {
  title: string;
  lead: string;
  action: string;
  cancel?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Confirms an irreversible action. Closes after the action succeeds. */
export function Confirm({ title, lead, action, cancel = texts.common.cancel, onConfirm, onClose }: Props) {
  const task = useTask(async () => {
    await onConfirm();
    onClose();
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <DialogBody>
        <p>{lead}</p>
        <ProblemNotice error={task.error} />
        <DialogActions>
          <Button onClick={onClose} autoFocus>
            {cancel}
          </Button>
          <Button look="danger" disabled={task.isRunning} onClick={() => task.run()}>
            {action}
          </Button>
        </DialogActions>
      </DialogBody>
    </Dialog>
  );
}
