import type { MessageDto } from '@chat-backend/client';
import { clockText, secondsUntil } from '../../../ui/lib/duration.js';
import { useNow } from '../../../ui/lib/use-now.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Notice } from '../../../ui/components/Notice.js';
import type { ReplyState } from './reply-state.js';
import css from './chat.module.css';

interface Props {
  reply: MessageDto;
  state: ReplyState;
  onRetry: () => void;
}

/** Shows the state of a reply, and the action that its state allows. */
export function ReplyStatus({ reply, state, onRetry }: Props) {
  const { states, retry } = texts.chat;
  const detail = reply.error?.detail;
  switch (state.kind) {
    case 'queued':
      return <Waiting text={states.queued} />;
    case 'streaming':
      return state.text === '' ? <Waiting text={states.streaming} /> : null;
    case 'retrying':
      return <Retrying at={state.nextAttemptAt} />;
    case 'truncated':
      return <Notice title={states.truncated} />;
    case 'stopped':
      return <Notice title={states.stopped} />;
    case 'blocked':
      return <Notice tone="warning" title={detail ?? states.blocked} />;
    case 'failed':
      return (
        <Notice tone="danger" title={detail ?? states.failed}>
          <Button
            size="small"
            look={reply.error?.retriable === false ? 'plain' : 'primary'}
            onClick={onRetry}
          >
            {retry}
          </Button>
        </Notice>
      );
    case 'completed':
      return null;
  }
}

function Waiting({ text }: { text: string }) {
  return (
    <p className={css['state']} role="status">
      <span className={css['dots']} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {text}
    </p>
  );
}

function Retrying({ at }: { at: string | null }) {
  const now = useNow();
  const seconds = at === null ? 0 : secondsUntil(at, now);
  const { states } = texts.chat;
  return <Waiting text={seconds > 0 ? states.retryingIn(clockText(seconds)) : states.retrying} />;
}
