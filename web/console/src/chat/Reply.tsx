import type { MessageDto } from '@chat-backend/client';
import { Markdown } from '../markdown/Markdown.js';
import { texts } from '../texts.js';
import { ErrorBoundary } from '../../../ui/components/ErrorBoundary.js';
import { ReplyActions } from './ReplyActions.js';
import { replyState } from './reply-state.js';
import { ReplyStatus } from './ReplyStatus.js';
import type { RoomSession } from './room-session.js';
import type { LiveReply } from './room-view.js';
import css from './chat.module.css';

export interface ReplyProps {
  reply: MessageDto;
  live: LiveReply | undefined;
  isLast: boolean;
  session: RoomSession;
  nth: number;
  count: number;
  onPrevious: () => void;
  onNext: () => void;
  /** Clears the chosen sibling, so that the new answer is shown. */
  onRegenerate: () => void;
}

export function Reply(props: ReplyProps) {
  const { reply, live, session } = props;
  const state = replyState(reply, live);
  const isWriting = state.kind === 'streaming' && state.text !== '';
  return (
    <article
      className={css['reply']}
      aria-label={texts.chat.answer}
      aria-busy={state.isLive}
      data-state={state.kind}
    >
      {state.text !== '' && (
        <div className={isWriting ? css['writing'] : undefined}>
          {/* Deep nesting can overflow the lexer: the text is then shown as it is. */}
          <ErrorBoundary fallback={<p className={css['plain']}>{state.text}</p>}>
            <Markdown text={state.text} />
          </ErrorBoundary>
        </div>
      )}
      <ReplyStatus reply={reply} state={state} onRetry={() => void session.retry(reply.id)} />
      {!state.isLive && <ReplyActions {...props} state={state} />}
    </article>
  );
}
