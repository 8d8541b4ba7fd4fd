import { useState, type ReactNode } from 'react';
import { fieldErrors } from '../../../ui/api/problem-text.js';
import { StepUpCancelled, withStepUp } from '../../../ui/auth/step-up.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { Button } from '../../../ui/components/Button.js';
import { Dialog, DialogActions, DialogBody } from '../../../ui/components/Dialog.js';
import { Field } from '../../../ui/components/Field.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { texts } from '../texts.js';
import { done } from './done.js';

/** A text that an act asks for. */
export interface ActField {
  name: string;
  label: string;
  hint?: string;
  type?: 'text' | 'date' | 'tel';
  isRequired?: boolean;
}

interface Props {
  /** The button. */
  label: string;
  /** Accessible name of the button, where the label does not name the object. */
  name?: string;
  title: string;
  /** What will happen. */
  before: ReactNode;
  fields?: readonly ActField[];
  /** Carries the act out. @returns what has happened */
  act: (values: Record<string, string>) => Promise<string>;
  isDanger?: boolean;
}

/** A button for an act of an operator: says what will happen, asks for a code where one is needed, and says what did. */
export function Act({ label, name, isDanger = false, ...rest }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="small"
        look={isDanger ? 'danger' : 'plain'}
        aria-label={name}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      {isOpen && <ActDialog {...rest} action={label} isDanger={isDanger} onClose={() => setOpen(false)} />}
    </>
  );
}

type DialogProps = Omit<Props, 'label' | 'name'> & { action: string; onClose: () => void };

function ActDialog({ title, before, fields = [], act, action, isDanger, onClose }: DialogProps) {
  const [values, setValues] = useState<Record<string, string>>({});
  const task = useTask(async () => {
    try {
      const text = await withStepUp(() => act(values));
      onClose();
      done(text);
    } catch (error) {
      if (!(error instanceof StepUpCancelled)) throw error;
    }
  });
  const errors = fieldErrors(task.error);
  const isMissing = fields.some(({ name, isRequired }) => isRequired && !values[name]?.trim());
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          task.run();
        }}
      >
        <DialogBody>
          <div>{before}</div>
          {fields.map(({ name, label, hint, type = 'text', isRequired = false }) => (
            <Field
              key={name}
              label={label}
              hint={hint}
              error={errors[name]}
              type={type}
              required={isRequired}
              value={values[name] ?? ''}
              onChange={({ target }) => setValues({ ...values, [name]: target.value })}
            />
          ))}
          {!fields.some(({ name }) => name in errors) && <ProblemNotice error={task.error} />}
          <DialogActions>
            <Button onClick={onClose}>{texts.common.cancel}</Button>
            <Button
              type="submit"
              look={isDanger ? 'danger' : 'primary'}
              disabled={task.isRunning || isMissing}
            >
              {action}
            </Button>
          </DialogActions>
        </DialogBody>
      </form>
    </Dialog>
  );
}
