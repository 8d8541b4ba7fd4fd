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
  isFound: boolean;
  isLast: boolean;
  session: RoomSession;
}

export function Reply(props: ReplyProps) {
  const { reply, isFound, live, session } = props;
  const state = replyState(reply, live);
  const isWriting = state.kind === 'streaming' && state.text !== '';
  return (
    <article
      className={css['reply']}
      aria-label={texts.chat.answer}
      aria-busy={state.isLive}
      data-state={state.kind}
      data-found={isFound}
      tabIndex={-1}
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
