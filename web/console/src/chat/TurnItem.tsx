import { OwnMessage } from './OwnMessage.js';
import { PendingMessage } from './PendingMessage.js';
import { Reply } from './Reply.js';
import type { RoomSession } from './room-session.js';
import type { LiveReply, Pending } from './room-view.js';
import type { Turn } from './turns.js';
import css from './chat.module.css';

interface Props {
  turn: Turn;
  /** A message that was searched for. */
  foundId: string | null;
  live: Readonly<Record<string, LiveReply>>;
  /** The edit of the message, until the server has accepted it. */
  edit: Pending | undefined;
  isLast: boolean;
  isBusy: boolean;
  session: RoomSession;
  onEdit: (content: string, editOf: string) => void;
}

/** A message and the reply to it. */
export function TurnItem(props: Props) {
  const { turn, foundId, live, edit, isLast, isBusy, session, onEdit } = props;
  const { message, reply } = turn;
  return (
    <li className={css['turn']}>
      {edit ? (
        <PendingMessage pending={edit} session={session} />
      ) : (
        <OwnMessage
          message={message}
          isFound={message.id === foundId}
          session={session}
          isBusy={isBusy}
          onSend={onEdit}
        />
      )}
      {reply && (
        <Reply
          reply={reply}
          isFound={reply.id === foundId}
          live={live[reply.id]}
          isLast={isLast}
          session={session}
        />
      )}
    </li>
  );
}
