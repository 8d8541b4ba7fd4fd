import type { CodeSentDto } from '@chat-backend/client';
import { useState } from 'react';
import { secondsUntil, clockText } from '../lib/duration.js';
import { useNow } from '../lib/use-now.js';
import { useTask } from '../lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../components/Button.js';
import { Field } from '../components/Field.js';
import { Notice, ProblemNotice } from '../components/Notice.js';
import css from './auth.module.css';

interface Props {
  sent: CodeSentDto;
  code: string;
  onCode: (code: string) => void;
  submitLabel: string;
  onSubmit: (code: string) => Promise<unknown>;
  onResend: () => Promise<unknown>;
  onBack: () => void;
  backLabel?: string;
}

/** Takes the code of an SMS, and offers a resend after the server's `resend_after`. */
export function CodeForm(props: Props) {
  const { sent, code, onCode, submitLabel, onSubmit, onResend, onBack } = props;
  const { signIn } = texts;
  const [resendAt, setResendAt] = useState(() => Date.now() + sent.resend_after * 1000);
  const [hasResent, setResent] = useState(false);
  const submit = useTask(() => onSubmit(code.trim()));
  const resend = useTask(async () => {
    await onResend();
    setResendAt(Date.now() + sent.resend_after * 1000);
    setResent(true);
  });
  useNow();
  const wait = secondsUntil(resendAt, Date.now());

  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        submit.run();
      }}
    >
      <ProblemNotice error={submit.error ?? resend.error} />
      {hasResent && !submit.error && <Notice title={signIn.resent} />}
      <Field
        label={signIn.code}
        value={code}
        onChange={({ target }) => onCode(target.value.replace(/\D/g, ''))}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={sent.code_length}
        required
        autoFocus
      />
      <Button type="submit" look="primary" disabled={submit.isRunning || code.length < sent.code_length}>
        {submitLabel}
      </Button>
      <div className={css['links']}>
        <Button
          look="quiet"
          size="small"
          disabled={wait > 0 || resend.isRunning}
          onClick={() => resend.run()}
        >
          {wait > 0 ? signIn.resendIn(clockText(wait)) : signIn.resend}
        </Button>
        <Button look="quiet" size="small" onClick={onBack}>
          {props.backLabel ?? signIn.otherNumber}
        </Button>
      </div>
    </form>
  );
}
