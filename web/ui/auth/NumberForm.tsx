import type { CodeSentDto } from '@chat-backend/client';
import { useState } from 'react';
import { chat } from '../api/chat.js';
import { fieldErrors } from '../api/problem-text.js';
import { traffic } from '../api/traffic.js';
import { useStore } from '../lib/store.js';
import { useTask } from '../lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../components/Button.js';
import { Field } from '../components/Field.js';
import { ProblemNotice } from '../components/Notice.js';
import type { SentCode } from './SignIn.js';
import css from './auth.module.css';

/** Takes the mobile number, and a name for a new account. */
export function NumberForm({ onSent }: { onSent: (sent: SentCode) => void }) {
  const [number, setNumber] = useState('');
  const [name, setName] = useState('');
  const isSandbox = useStore(traffic.sandboxes).includes('sms');
  const { signIn } = texts;
  const task = useTask(async () => {
    const profile = name.trim();
    const body = { mobile_number: number.trim(), ...(profile && { name: profile }) };
    const sent = await chat.post<CodeSentDto>(profile ? '/auth/signup' : '/auth/send-otp', body);
    onSent({ number: number.trim(), sent });
  });
  const errors = fieldErrors(task.error);
  const isFieldError = 'mobile_number' in errors || 'name' in errors;

  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        task.run();
      }}
    >
      {!isFieldError && <ProblemNotice error={task.error} />}
      <Field
        label={signIn.mobileNumber}
        hint={isSandbox ? signIn.sandboxHint : signIn.mobileHint}
        error={errors['mobile_number']}
        type="tel"
        autoComplete="tel"
        inputMode="tel"
        required
        autoFocus
        placeholder="+91 98765 43210"
        value={number}
        onChange={({ target }) => setNumber(target.value)}
      />
      <Field
        label={signIn.name}
        hint={signIn.nameHint}
        error={errors['name']}
        autoComplete="name"
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button type="submit" look="primary" disabled={task.isRunning || number.trim() === ''}>
        {signIn.sendCode}
      </Button>
    </form>
  );
}
