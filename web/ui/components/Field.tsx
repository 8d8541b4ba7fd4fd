import { useId, type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes } from 'react';
import css from './ui.module.css';

interface Shared {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

/** An input with its label, hint and error. */
export function Field({ label, hint, error, ...input }: Shared & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input className={css['input']} id={id} {...describedBy(id, hint, error)} {...input} />
    </Frame>
  );
}

export function TextField({
  label,
  hint,
  error,
  ...input
}: Shared & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea className={css['input']} id={id} {...describedBy(id, hint, error)} {...input} />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  children,
  value,
  onChange,
}: Shared & { value: string; onChange: (value: string) => void; children: ReactNode }) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={undefined}>
      <select
        className={css['input']}
        id={id}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        {...describedBy(id, hint)}
      >
        {children}
      </select>
    </Frame>
  );
}

function Frame({ id, label, hint, error, children }: Shared & { id: string; children: ReactNode }) {
  return (
    <div className={css['field']}>
      <label className={css['label']} htmlFor={id}>
        {label}
      </label>
      {children}
      {hint && (
        <p className={css['hint']} id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className={css['error']} id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, hint?: ReactNode, error?: string) {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined } as const;
}
