import type { SessionDto, SessionPage } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { deviceText, timeText } from '../../../ui/lib/format.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from './account.module.css';

const remove = (path: string) => chat.call<void>({ method: 'DELETE', path });

/** Lists the sessions and revokes them. */
export function Sessions() {
  const [sessions, setSessions] = useState<readonly SessionDto[]>([]);
  const [said, setSaid] = useState('');
  const words = texts.sessions;
  const read = useTask(async () => setSessions((await chat.get<SessionPage>('/auth/sessions')).data));
  const revoke = useTask(async (path: string) => {
    await remove(path);
    setSessions((await chat.get<SessionPage>('/auth/sessions')).data);
    setSaid(words.revoked);
  });
  useEffect(() => read.run(), [read.run]);
  const hasOthers = sessions.some(({ current }) => !current);

  return (
    <>
      <p className={css['soft']}>{words.lead}</p>
      <ProblemNotice error={read.error ?? revoke.error} />
      <ul className={css['sessions']} aria-label={texts.account.sessions}>
        {sessions.map((session) => {
          const device = deviceText(session.device);
          return (
            <li key={session.id} className={css['session']}>
              <div className={css['device']}>
                <p>{device}</p>
                <p className={css['soft']}>
                  {[
                    session.current ? words.current : words.lastUsed(timeText(session.last_used_at)),
                    session.ip,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </div>
              {!session.current && (
                <Button
                  size="small"
                  aria-label={words.revokeOf(device)}
                  disabled={revoke.isRunning}
                  onClick={() => revoke.run(`/auth/sessions/${session.id}`)}
                >
                  {words.revoke}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <div className={css['row']} hidden={!hasOthers && said === ''}>
        {hasOthers && (
          <Button disabled={revoke.isRunning} onClick={() => revoke.run('/auth/sessions')}>
            {words.revokeOthers}
          </Button>
        )}
        <span role="status" className={css['soft']}>
          {said}
        </span>
      </div>
    </>
  );
}
