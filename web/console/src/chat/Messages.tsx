import { useEffect } from 'react';
import { traffic } from '../../../ui/api/traffic.js';
import { useStore } from '../../../ui/lib/store.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button, IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { Notice, ProblemNotice } from '../../../ui/components/Notice.js';
import { Announcer } from './Announcer.js';
import { PendingMessage } from './PendingMessage.js';
import type { RoomSession } from './room-session.js';
import { firstLive, shownMessages, shownPending, type RoomView } from './room-view.js';
import { turnsOf } from './turns.js';
import { TurnItem } from './TurnItem.js';
import type { FoundMessage } from './use-found-message.js';
import { useStickToEnd } from './use-stick-to-end.js';
import css from './chat.module.css';

interface Props {
  session: RoomSession;
  view: RoomView;
  error: unknown;
  /** A message that was searched for. */
  found: FoundMessage;
  onEdit: (content: string, editOf: string) => void;
}

/** The conversation. It stays scrolled to its end while text arrives, unless the person has scrolled up. */
export function Messages({ session, view, error, found, onEdit }: Props) {
  const turns = turnsOf(shownMessages(view));
  const earlier = useTask(() => session.loadEarlier());
  const isBusy = firstLive(view) !== undefined || Object.keys(view.live).length > 0;
  const pending = shownPending(view, useStore(traffic.isConnected));
  const shown = new Set(turns.map(({ message }) => message.id));
  const { scroller, isAtEnd, toEnd, toFound } = useStickToEnd(view);
  useEffect(() => {
    if (found.isLoaded) toFound();
  }, [found, toFound]);
  const { chat } = texts;
  // A page may hold only replies, to a message of an earlier page.
  const isWithoutTurns = view.isLoaded && turns.length === 0 && view.cursor !== null;
  useEffect(() => {
    if (isWithoutTurns) earlier.run();
  }, [isWithoutTurns, view.cursor]);

  return (
    <div className={css['scroller']} ref={scroller} tabIndex={-1}>
      <div className={css['column']}>
        {view.cursor !== null && (
          <Button
            size="small"
            className={css['earlier']}
            disabled={earlier.isRunning}
            onClick={() => earlier.run()}
          >
            {chat.earlier}
          </Button>
        )}
        <ProblemNotice error={error ?? earlier.error ?? found.error} />
        {found.isLoading && (
          <p className={css['state']} role="status">
            {texts.search.opening}
          </p>
        )}
        {found.isGone && <Notice title={texts.search.gone} />}
        <ol className={css['turns']} aria-label={chat.messages}>
          {turns.map((turn, index) => (
            <TurnItem
              key={turn.key}
              turn={turn}
              foundId={found.id}
              live={view.live}
              edit={pending.find(({ draft }) => draft.editOf === turn.message.id)}
              isLast={index === turns.length - 1}
              isBusy={isBusy}
              session={session}
              onEdit={onEdit}
            />
          ))}
          {pending
            .filter(({ draft }) => draft.editOf === undefined || !shown.has(draft.editOf))
            .map((one) => (
              <li key={one.draft.key} className={css['turn']}>
                <PendingMessage pending={one} session={session} />
              </li>
            ))}
        </ol>
      </div>
      <Announcer view={view} />
      {!isAtEnd && (
        <IconButton label={chat.toLatest} look="plain" className={css['toEnd']} onClick={toEnd}>
          <Icon name="down" />
        </IconButton>
      )}
    </div>
  );
}
