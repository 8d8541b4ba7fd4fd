import type { UserDto } from '@chat-backend/client';
import { useState } from 'react';
import { chat, setUser } from '../../../ui/api/chat.js';
import { fieldErrors } from '../../../ui/api/problem-text.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Field } from '../../../ui/components/Field.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from './account.module.css';

export function Profile({ user }: { user: UserDto }) {
  const [name, setName] = useState(user.name ?? '');
  const [email, setEmail] = useState(user.email ?? '');
  const [isSaved, setSaved] = useState(false);
  const { account, common } = texts;
  const save = useTask(async () => {
    const body = { name: name.trim() || null, email: email.trim() || null };
    setUser(await chat.call<UserDto>({ method: 'PATCH', path: '/user/me', body }));
    setSaved(true);
  });
  const errors = fieldErrors(save.error);
  const change = (set: (value: string) => void) => (event: { target: { value: string } }) => {
    setSaved(false);
    set(event.target.value);
  };
  return (
    <form
      className={css['form']}
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <p className={css['fact']}>
        <span className={css['soft']}>{account.mobileNumber}</span>
        <span>{user.mobile_number ?? account.noNumber}</span>
      </p>
      {Object.keys(errors).length === 0 && <ProblemNotice error={save.error} />}
      <Field
        label={account.name}
        value={name}
        error={errors['name']}
        autoComplete="name"
        maxLength={100}
        onChange={change(setName)}
      />
      <Field
        label={account.email}
        hint={account.emailHint}
        type="email"
        value={email}
        error={errors['email']}
        autoComplete="email"
        onChange={change(setEmail)}
      />
      <div className={css['row']}>
        <Button type="submit" look="primary" disabled={save.isRunning}>
          {common.save}
        </Button>
        <span role="status" className={css['soft']}>
          {isSaved ? common.saved : ''}
        </span>
      </div>
    </form>
  );
}
