import { useEffect, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { timeText } from '../../../ui/lib/format.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from './sandbox.module.css';

interface Sms {
  id: string;
  mobile_number: string;
  text: string;
  created_at: string;
}

const REFRESH_MS = 3000;

/** Lists the SMS of the sandbox, newest first. */
export function SmsInbox() {
  const [inbox, setInbox] = useState<readonly Sms[]>([]);
  const { sandbox } = texts;
  const read = useTask(async () => setInbox((await chat.get<{ data: Sms[] }>('/sandbox/sms')).data));
  useEffect(() => {
    read.run();
    const timer = setInterval(read.run, REFRESH_MS);
    return () => clearInterval(timer);
  }, [read.run]);
  return (
    <>
      <div className={css['lead']}>
        <p>{inbox.length === 0 ? sandbox.noSms : sandbox.smsLead}</p>
        <Button size="small" look="quiet" onClick={() => read.run()}>
          {sandbox.refresh}
        </Button>
      </div>
      <ProblemNotice error={read.error} />
      <ul className={css['texts']} aria-label={sandbox.sms}>
        {inbox.map(({ id, mobile_number, text, created_at }) => (
          <li key={id} className={css['text']}>
            <p className={css['soft']}>
              {mobile_number} · {timeText(created_at)}
            </p>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
