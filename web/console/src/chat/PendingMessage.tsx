import { traffic } from '../../../ui/api/traffic.js';
import { useStore } from '../../../ui/lib/store.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import type { RoomSession } from './room-session.js';
import type { Pending } from './room-view.js';
import css from './chat.module.css';

/** A message that the server has not accepted yet. */
export function PendingMessage({ pending, session }: { pending: Pending; session: RoomSession }) {
  const { draft, error, isResumed } = pending;
  const isConnected = useStore(traffic.isConnected);
  // The client repeats a request for seconds before it reports a lost network.
  const state = pending.state === 'sending' && !isConnected ? 'waiting' : pending.state;
  const { chat, common } = texts;
  // The history usually shows the message already; otherwise the server accepts it within a moment.
  if (isResumed && state === 'sending') return null;
  return (
    <li className={css['turn']}>
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
    </li>
  );
}
