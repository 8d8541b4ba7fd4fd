import type { MessageDto } from '@chat-backend/client';
import { useRef } from 'react';
import { useStore } from '../../../ui/lib/store.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { focusComposer } from './Composer.js';
import { EditForm } from './EditForm.js';
import { endEdit, keepEdit, keptEdit, parseEdit } from './edit-text.js';
import type { RoomSession } from './room-session.js';
import { Siblings } from './Siblings.js';
import css from './chat.module.css';

interface Props {
  message: MessageDto;
  isFound: boolean;
  session: RoomSession;
  isBusy: boolean;
  onSend: (content: string, editOf: string) => void;
}

/** A message that the server has accepted: its text, its forms, and the form in which it is edited. */
export function OwnMessage({ message, isFound, session, isBusy, onSend }: Props) {
  const { roomId } = session;
  const editing = parseEdit(useStore(keptEdit(roomId)));
  const actions = useRef<HTMLDivElement>(null);
  const { chat } = texts;
  const { id, content } = message;
  if (editing?.messageId === id)
    return (
      <EditForm
        text={editing.text}
        isBusy={isBusy}
        onText={(text) => keepEdit(roomId, id, text)}
        onCancel={() => {
          endEdit(roomId);
          // The button appears with the next picture.
          requestAnimationFrame(() => actions.current?.querySelector<HTMLElement>('[data-edit]')?.focus());
        }}
        onSend={(text) => {
          endEdit(roomId);
          if (text !== content) onSend(text, id);
          focusComposer();
        }}
      />
    );
  return (
    <>
      <article className={css['mine']} aria-label={chat.you} data-found={isFound} tabIndex={-1}>
        {content}
      </article>
      <div className={css['ownActions']} ref={actions}>
        <Siblings message={message} session={session} />
        <IconButton label={chat.edit} isSmall data-edit="" onClick={() => keepEdit(roomId, id, content)}>
          <Icon name="edit" />
        </IconButton>
      </div>
    </>
  );
}
