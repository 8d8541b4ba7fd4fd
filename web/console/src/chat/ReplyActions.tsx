import { texts } from '../texts.js';
import { CopyButton } from '../../../ui/components/CopyButton.js';
import { IconButton } from '../../../ui/components/Button.js';
import { Icon } from '../../../ui/components/Icon.js';
import { FeedbackButtons } from './FeedbackButtons.js';
import type { ReplyProps } from './Reply.js';
import type { ReplyState } from './reply-state.js';
import css from './chat.module.css';

/** The actions on an answer: page through siblings, copy, regenerate. */
export function ReplyActions(props: ReplyProps & { state: ReplyState }) {
  const { reply, state, isLast, session, nth, count, onPrevious, onNext, onRegenerate } = props;
  const { chat } = texts;
  const tokens = reply.usage?.output_tokens;
  return (
    <div className={css['actions']}>
      {count > 1 && (
        <span className={css['siblings']}>
          <IconButton label={chat.previous} isSmall disabled={nth === 1} onClick={onPrevious}>
            <Icon name="previous" />
          </IconButton>
          <span>{chat.siblings(nth, count)}</span>
          <IconButton label={chat.next} isSmall disabled={nth === count} onClick={onNext}>
            <Icon name="next" />
          </IconButton>
        </span>
      )}
      {state.text !== '' && <CopyButton label={chat.copy} text={state.text} />}
      <FeedbackButtons reply={reply} session={session} />
      {isLast && state.kind !== 'failed' && (
        <IconButton
          label={chat.another}
          isSmall
          onClick={() => {
            onRegenerate();
            void session.regenerate(reply.id);
          }}
        >
          <Icon name="again" />
        </IconButton>
      )}
      <span className={css['facts']}>
        {[reply.model, tokens !== undefined && tokens > 0 && chat.tokens(tokens)].filter(Boolean).join(' · ')}
      </span>
    </div>
  );
}
