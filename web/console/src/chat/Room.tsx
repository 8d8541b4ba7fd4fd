import { DailyLimitError, type UserDto } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { isProblem } from '../../../ui/api/problem-text.js';
import { LimitNotice } from '../billing/LimitNotice.js';
import { useUsage } from '../billing/usage.js';
import { hrefOf } from '../lib/route.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { Composer } from './Composer.js';
import { Messages } from './Messages.js';
import { firstLive } from './room-view.js';
import { RoomHeader } from './RoomHeader.js';
import { useFoundMessage } from './use-found-message.js';
import { useRoom } from './use-room.js';
import css from './chat.module.css';

/** Each unanswered message holds a connection; a browser opens six to one HTTP/1.1 server. */
const MOST_ON_THEIR_WAY = 3;

interface Props {
  roomId: string;
  /** The message at which the room opens. */
  messageId: string | undefined;
  user: UserDto | null;
  onMenu: () => void;
}

export function Room({ roomId, messageId, user, onMenu }: Props) {
  const { session, view, room, setRoom, error, refusal, clearRefusal } = useRoom(roomId);
  const found = useFoundMessage(session, messageId);
  const usage = useUsage();
  const reply = firstLive(view);
  const liveId = reply?.id ?? Object.keys(view.live)[0];
  const stop = useTask(async () => liveId && session.stop(liveId));
  const [hasLimit, setLimit] = useState<DailyLimitError | null>(null);
  useEffect(() => setLimit(refusal instanceof DailyLimitError ? refusal : null), [refusal]);
  const onTheirWay = view.pending.length + Object.keys(view.live).length;

  if (isProblem(error, 'not_found')) return <Missing onMenu={onMenu} />;
  const send = (content: string, editOf?: string) => {
    clearRefusal();
    void session.send(content, editOf);
  };
  const isAtLimit = hasLimit !== null && usage?.remaining !== null;
  return (
    <>
      <RoomHeader room={room} tier={user?.tier ?? 'basic'} onRoom={setRoom} onMenu={onMenu} />
      <Messages session={session} view={view} error={error} found={found} onEdit={send} />
      <Composer
        roomId={roomId}
        hint={onTheirWay >= MOST_ON_THEIR_WAY ? texts.chat.full : null}
        isStopping={stop.isRunning}
        onStop={liveId === undefined ? null : () => stop.run()}
        onSend={(content) => send(content)}
      >
        {isAtLimit && <LimitNotice error={hasLimit} />}
        {!hasLimit && <ProblemNotice error={refusal ?? stop.error} />}
      </Composer>
    </>
  );
}

function Missing({ onMenu }: { onMenu: () => void }) {
  const { rooms } = texts;
  return (
    <>
      <RoomHeader title={rooms.notFound} room={null} tier="basic" onRoom={() => undefined} onMenu={onMenu} />
      <div className={css['missing']}>
        <h2 className={css['welcomeTitle']}>{rooms.notFound}</h2>
        <p>{rooms.notFoundLead}</p>
        <Button onClick={() => (location.hash = hrefOf.new)}>{rooms.newChat}</Button>
      </div>
    </>
  );
}
