import { useState } from 'react';
import { fieldErrors } from '../../../ui/api/problem-text.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Dialog, DialogActions } from '../../../ui/components/Dialog.js';
import { Field } from '../../../ui/components/Field.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from '../../../ui/components/ui.module.css';

interface Props {
  name: string;
  onSave: (name: string) => Promise<unknown>;
  onClose: () => void;
}

export function RenameDialog({ name, onSave, onClose }: Props) {
  const [value, setValue] = useState(name);
  const { rooms, common } = texts;
  const save = useTask(async () => {
    await onSave(value.trim());
    onClose();
  });
  const errors = fieldErrors(save.error);
  return (
    <Dialog title={rooms.renameTitle} onClose={onClose}>
      <form
        className={css['dialogBody']}
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        {!errors['name'] && <ProblemNotice error={save.error} />}
        <Field
          label={rooms.name}
          value={value}
          maxLength={120}
          required
          autoFocus
          error={errors['name']}
          onChange={({ target }) => setValue(target.value)}
          onFocus={({ target }) => target.select()}
        />
        <DialogActions>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" disabled={save.isRunning || value.trim() === ''}>
            {common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
