import { texts } from '../texts.js';
import { Reply } from './Reply.js';
import type { RoomSession } from './room-session.js';
import type { LiveReply } from './room-view.js';
import { shownIndex, type Turn } from './turns.js';
import css from './chat.module.css';

interface Props {
  turn: Turn;
  live: Readonly<Record<string, LiveReply>>;
  isLast: boolean;
  session: RoomSession;
  chosenId: string | undefined;
  onChoose: (replyId: string) => void;
}

/** A message and the chosen one of its replies. */
export function TurnItem({ turn, live, isLast, session, chosenId, onChoose }: Props) {
  const index = shownIndex(turn, chosenId);
  const reply = turn.replies[index];
  const choose = (nth: number) => onChoose(turn.replies[nth]!.id);
  return (
    <li className={css['turn']}>
      <article className={css['mine']} aria-label={texts.chat.you}>
        {turn.message.content}
      </article>
      {reply && (
        <Reply
          reply={reply}
          live={live[reply.id]}
          isLast={isLast}
          session={session}
          nth={index + 1}
          count={turn.replies.length}
          onPrevious={() => choose(index - 1)}
          onNext={() => choose(index + 1)}
          onRegenerate={() => onChoose('')}
        />
      )}
    </li>
  );
}
