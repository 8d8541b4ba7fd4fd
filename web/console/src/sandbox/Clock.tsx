import { useState } from 'react';
import { chat, reloadUser } from '../../../ui/api/chat.js';
import { learnServerTime } from '../../../ui/api/server-clock.js';
import { loadUsage } from '../billing/usage.js';
import { timeText } from '../../../ui/lib/format.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from './sandbox.module.css';

const DAY_SECONDS = 24 * 3600;
/** Token life plus one second; days are exact. */
const SPANS = { token: 15 * 60 + 1, day: DAY_SECONDS, month: 31 * DAY_SECONDS } as const;

/** Moves the server's clock forward, to show expiry, reset and renewal without a wait. */
export function Clock() {
  const [now, setNow] = useState<string | null>(null);
  const { sandbox } = texts;
  const advance = useTask(async (seconds: number) => {
    const { now: time } = await chat.post<{ now: string }>('/sandbox/clock', { advance_seconds: seconds });
    learnServerTime(time);
    setNow(time);
    await Promise.all([reloadUser(), loadUsage()]);
  });
  return (
    <div className={css['stack']}>
      <p className={css['soft']}>{sandbox.clockLead}</p>
      {(['token', 'day', 'month'] as const).map((span) => (
        <Button key={span} size="small" disabled={advance.isRunning} onClick={() => advance.run(SPANS[span])}>
          {sandbox.advance[span]}
        </Button>
      ))}
      <ProblemNotice error={advance.error} />
      <p role="status">{now === null ? '' : sandbox.clockNow(timeText(now))}</p>
    </div>
  );
}
