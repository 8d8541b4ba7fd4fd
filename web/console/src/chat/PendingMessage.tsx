import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import type { RoomSession } from './room-session.js';
import type { Pending } from './room-view.js';
import css from './chat.module.css';

/** A message or an edit that the server has not accepted yet. */
export function PendingMessage({ pending, session }: { pending: Pending; session: RoomSession }) {
  const { draft, error, state } = pending;
  const { chat, common } = texts;
  return (
    <>
      <article className={css['mine']} aria-label={chat.you}>
        {draft.content}
      </article>
      <p className={css['state']} role="status">
        {state === 'sending' ? chat.sending : state === 'waiting' ? chat.waitingForNetwork : chat.notSent}
        {state !== 'sending' && (
          <Button look="quiet" size="small" onClick={() => void session.discard(draft)}>
            {chat.discard}
          </Button>
        )}
      </p>
      {state === 'failed' && (
        <ProblemNotice error={error}>
          <Button size="small" onClick={() => void session.resend(draft)}>
            {common.tryAgain}
          </Button>
        </ProblemNotice>
      )}
    </>
  );
}
