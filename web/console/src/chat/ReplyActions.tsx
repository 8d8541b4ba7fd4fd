import { texts } from '../texts.js';
import { CopyButton } from '../../../ui/components/CopyButton.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { FeedbackButtons } from './FeedbackButtons.js';
import type { ReplyProps } from './Reply.js';
import type { ReplyState } from './reply-state.js';
import { Siblings } from './Siblings.js';
import css from './chat.module.css';

/** The actions on an answer: choose a sibling, copy, rate, regenerate. */
export function ReplyActions(props: ReplyProps & { state: ReplyState }) {
  const { reply, state, isLast, session } = props;
  const { chat } = texts;
  const tokens = reply.usage?.output_tokens;
  return (
    <div className={css['actions']}>
      <Siblings message={reply} session={session} />
      {state.text !== '' && <CopyButton label={chat.copy} text={state.text} />}
      <FeedbackButtons key={reply.id} reply={reply} session={session} />
      {isLast && state.kind !== 'failed' && (
        <IconButton label={chat.another} isSmall onClick={() => void session.regenerate(reply.id)}>
          <Icon name="again" />
        </IconButton>
      )}
      <span className={css['facts']}>
        {[reply.model, tokens !== undefined && tokens > 0 && chat.tokens(tokens)].filter(Boolean).join(' · ')}
      </span>
    </div>
  );
}
