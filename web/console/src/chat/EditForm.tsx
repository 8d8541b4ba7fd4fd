import { useEffect, useRef } from 'react';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { excessOf } from './message-length.js';
import css from './chat.module.css';

interface Props {
  text: string;
  /** A reply is being made in the room: the server would refuse the edit. */
  isBusy: boolean;
  onText: (text: string) => void;
  onSend: (content: string) => void;
  onCancel: () => void;
}

/** Edits a message in its place. Enter sends, Escape cancels. */
export function EditForm({ text, isBusy, onText, onSend, onCancel }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { chat, common, problems } = texts;
  const content = text.trim();
  const excess = excessOf(content);
  const canSend = content !== '' && excess === 0 && !isBusy;
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(text.length, text.length);
    // Only when the form opens.
  }, []);
  return (
    <form
      className={css['edit']}
      aria-label={chat.edit}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) onSend(content);
      }}
    >
      <textarea
        ref={area}
        className={css['editArea']}
        aria-label={chat.editText}
        rows={2}
        value={text}
        onChange={({ target }) => onText(target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') onCancel();
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          if (canSend) onSend(content);
        }}
      />
      {excess > 0 && (
        <p className={css['composerHint']} role="alert">
          {chat.tooLong(excess)}
        </p>
      )}
      {isBusy && (
        <p className={css['composerHint']} role="status">
          {problems.advice['reply_in_progress']}
        </p>
      )}
      <div className={css['editActions']}>
        <Button size="small" onClick={onCancel}>
          {common.cancel}
        </Button>
        <Button size="small" type="submit" look="primary" disabled={!canSend}>
          {chat.sendEdit}
        </Button>
      </div>
    </form>
  );
}
