import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import css from './ui.module.css';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A native modal dialog: it traps focus, and Escape closes it. It stands in the body: a sidebar that closes does not hide it.
 */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the browser paints: after the node is gone, closing it would not give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      className={css['dialog']}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // React passes events on to the component that opened the dialog: Escape would close the sidebar, too.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={({ target }) => {
        if (target === dialog.current) onClose();
      }}
    >
      <h2 className={css['dialogTitle']} id={id}>
        {title}
      </h2>
      {children}
    </dialog>,
    document.body,
  );
}

export const DialogBody = ({ children }: { children: ReactNode }) => (
  <div className={css['dialogBody']}>{children}</div>
);

export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className={css['actions']}>{children}</div>
);
