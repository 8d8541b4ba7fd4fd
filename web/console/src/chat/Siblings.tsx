import type { MessageDto } from '@chat-backend/client';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import type { RoomSession } from './room-session.js';
import css from './chat.module.css';

/** The place of a message among its siblings, with buttons that go on with another one: "‹ 2 / 3 ›". */
export function Siblings({ message, session }: { message: MessageDto; session: RoomSession }) {
  const step = useTask((by: -1 | 1) => session.step(message, by));
  const { index, count } = message.siblings;
  const { siblings } = texts.chat;
  const words = message.role === 'user' ? siblings.messages : siblings.answers;
  if (count === 1) return null;
  const button = (by: -1 | 1, label: string, icon: 'previous' | 'next') => {
    // Not `disabled`: a button that has the focus would lose it at the first and the last one.
    const isOff = step.isRunning || index + by < 1 || index + by > count;
    return (
      <IconButton
        label={label}
        isSmall
        aria-disabled={isOff}
        onClick={() => {
          if (!isOff) step.run(by);
        }}
      >
        <Icon name={icon} />
      </IconButton>
    );
  };
  return (
    <>
      <span className={css['siblings']} role="group" aria-label={words.label(index, count)}>
        {button(-1, words.previous, 'previous')}
        <span>{siblings.place(index, count)}</span>
        {button(1, words.next, 'next')}
      </span>
      <ProblemNotice error={step.error} />
    </>
  );
}
