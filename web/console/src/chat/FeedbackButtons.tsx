import type { MessageDto } from '@chat-backend/client';
import { useState } from 'react';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button, IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { FeedbackDialog } from './FeedbackDialog.js';
import type { RoomSession } from './room-session.js';

type Rating = 'up' | 'down';

/** Thumbs up and down. Pressing the given one again removes the feedback; after a thumb down a dialog asks for the reason. */
export function FeedbackButtons({ reply, session }: { reply: MessageDto; session: RoomSession }) {
  const [isAsking, setAsking] = useState(false);
  const { chat } = texts;
  const given = reply.feedback?.rating;
  const rate = useTask(async (rating: Rating) => {
    await session.rate(reply.id, rating === given ? null : { rating });
    setAsking(rating === 'down' && rating !== given);
  });
  const thumb = (rating: Rating, label: string, icon: 'thumbUp' | 'thumbDown') => (
    <IconButton
      label={label}
      isSmall
      aria-pressed={given === rating}
      disabled={rate.isRunning}
      onClick={() => rate.run(rating)}
    >
      <Icon name={icon} />
    </IconButton>
  );
  return (
    <>
      {thumb('up', chat.helpful, 'thumbUp')}
      {thumb('down', chat.notHelpful, 'thumbDown')}
      {given === 'down' && (
        <Button look="quiet" size="small" onClick={() => setAsking(true)}>
          {chat.reason}
        </Button>
      )}
      {isAsking && <FeedbackDialog reply={reply} session={session} onClose={() => setAsking(false)} />}
    </>
  );
}
