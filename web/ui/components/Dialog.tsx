import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import css from './ui.module.css';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A native modal dialog: it traps focus, and Escape closes it. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the browser paints: after the node is gone, closing it would not give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={css['dialog']}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={({ target }) => {
        if (target === dialog.current) onClose();
      }}
    >
      <h2 className={css['dialogTitle']} id={id}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

export const DialogBody = ({ children }: { children: ReactNode }) => (
  <div className={css['dialogBody']}>{children}</div>
);

export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className={css['actions']}>{children}</div>
);
