import type { ReactNode } from 'react';
import { problemText } from '../api/problem-text.js';
import { texts } from '../texts.js';
import css from './ui.module.css';

export type NoticeTone = 'plain' | 'danger' | 'warning' | 'good';

interface Props {
  tone?: NoticeTone;
  title: ReactNode;
  advice?: ReactNode;
  children?: ReactNode;
}

const TONES = {
  plain: '',
  danger: css['noticeDanger'],
  warning: css['noticeWarning'],
  good: css['noticeGood'],
};

/** A message with advice and, as children, its actions. */
export function Notice({ tone = 'plain', title, advice, children }: Props) {
  return (
    <div className={`${css['notice']} ${TONES[tone]}`} role={tone === 'danger' ? 'alert' : 'status'}>
      <div className={css['noticeText']}>
        {title} {advice && <span className={css['noticeAdvice']}>{advice}</span>}
      </div>
      {children}
    </div>
  );
}

/** Shows an error of the API or of the network. */
export function ProblemNotice({ error, children }: { error: unknown; children?: ReactNode }) {
  if (error === null || error === undefined) return null;
  const { title, advice, requestId } = problemText(error);
  return (
    <Notice
      tone="danger"
      title={title}
      advice={
        <>
          {advice}
          {requestId && <span className={css['mono']}> {texts.common.requestId(requestId)}</span>}
        </>
      }
    >
      {children}
    </Notice>
  );
}
