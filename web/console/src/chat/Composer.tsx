import { useEffect, type ReactNode } from 'react';
import { useStore } from '../../../ui/lib/store.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { composerText } from './composer-text.js';
import { excessOf } from './message-length.js';
import css from './chat.module.css';

const AREA_ID = 'composer';

/** Moves the focus to the composer, except on a phone: its keyboard would cover the room. */
export function focusComposer(): void {
  if (matchMedia('(hover: hover)').matches) document.querySelector<HTMLElement>(`#${AREA_ID}`)?.focus();
}

interface Props {
  roomId: string;
  onSend: (content: string) => void;
  /** Null: no reply is live. */
  onStop: (() => void) | null;
  isStopping?: boolean;
  /** Why nothing can be sent now; null: it can. */
  hint?: string | null;
  /** The text stays until `onSend` has stored it. */
  keepsText?: boolean;
  children?: ReactNode;
}

export function Composer({
  roomId,
  onSend,
  onStop,
  isStopping = false,
  hint = null,
  keepsText = false,
  children,
}: Props) {
  const text = useStore(composerText.of(roomId));
  const { chat } = texts;
  const content = text.trim();
  const excess = excessOf(content);
  const canSend = content !== '' && excess === 0 && hint === null;
  const send = () => {
    if (!canSend) return;
    if (!keepsText) composerText.set(roomId, '');
    onSend(content);
  };
  useEffect(focusComposer, [roomId]);

  return (
    <form
      className={css['composer']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {children}
      {hint !== null && (
        <p className={css['composerHint']} role="status">
          {hint}
        </p>
      )}
      {excess > 0 && (
        <p className={css['composerHint']} role="alert">
          {chat.tooLong(excess)}
        </p>
      )}
      <div className={css['box']}>
        <textarea
          id={AREA_ID}
          className={css['area']}
          aria-label={chat.composer}
          placeholder={chat.placeholder}
          rows={1}
          value={text}
          onChange={({ target }) => composerText.set(roomId, target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {onStop && (
          <Button
            className={css['round']}
            disabled={isStopping}
            aria-label={chat.stop}
            title={chat.stop}
            onClick={onStop}
          >
            <Icon name="stop" />
          </Button>
        )}
        <Button
          type="submit"
          look="primary"
          className={css['round']}
          aria-label={chat.send}
          title={chat.send}
          disabled={!canSend}
        >
          <Icon name="send" />
        </Button>
      </div>
    </form>
  );
}
