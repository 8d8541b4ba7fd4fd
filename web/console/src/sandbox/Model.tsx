import { useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import { SCRIPTS } from './scripts.js';
import css from './sandbox.module.css';

/** Scripts the sandbox model for the next message. */
export function Model() {
  const [said, setSaid] = useState('');
  const { sandbox } = texts;
  const script = useTask(async ({ label, scripts }: (typeof SCRIPTS)[number]) => {
    setSaid('');
    await chat.post('/sandbox/llm/script', { scripts });
    setSaid(sandbox.scripted(label));
  });
  return (
    <div className={css['stack']}>
      <p className={css['soft']}>{sandbox.modelLead}</p>
      {SCRIPTS.map((one) => (
        <Button key={one.label} size="small" disabled={script.isRunning} onClick={() => script.run(one)}>
          {one.label}
        </Button>
      ))}
      <ProblemNotice error={script.error} />
      <p role="status">{said}</p>
    </div>
  );
}
