import { useEffect, useState } from 'react';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button, IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { Announcer } from './Announcer.js';
import { PendingMessage } from './PendingMessage.js';
import type { RoomSession } from './room-session.js';
import type { RoomView } from './room-view.js';
import { turnsOf } from './turns.js';
import { TurnItem } from './TurnItem.js';
import { useStickToEnd } from './use-stick-to-end.js';
import css from './chat.module.css';

interface Props {
  session: RoomSession;
  view: RoomView;
  error: unknown;
}

/** The conversation. It stays scrolled to its end while text arrives, unless the person has scrolled up. */
export function Messages({ session, view, error }: Props) {
  const turns = turnsOf(view.messages);
  const earlier = useTask(() => session.loadEarlier());
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const { scroller, isAtEnd, toEnd } = useStickToEnd(view);
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
        <ProblemNotice error={error ?? earlier.error} />
        <ol className={css['turns']} aria-label={chat.messages}>
          {turns.map((turn, index) => (
            <TurnItem
              key={turn.message.id}
              turn={turn}
              live={view.live}
              isLast={index === turns.length - 1}
              session={session}
              chosenId={chosen[turn.message.id]}
              onChoose={(id) => setChosen((all) => ({ ...all, [turn.message.id]: id }))}
            />
          ))}
          {view.pending.map((pending) => (
            <PendingMessage key={pending.draft.key} pending={pending} session={session} />
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
