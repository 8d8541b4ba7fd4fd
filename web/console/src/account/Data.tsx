import type { ExportDto } from '@chat-backend/client';
import { useState } from 'react';
import { chat, endingSession, signOut } from '../../../ui/api/chat.js';
import { StepUpCancelled, withStepUp } from '../../../ui/auth/step-up.js';
import { saveFile } from '../lib/save-file.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Confirm } from '../../../ui/components/Confirm.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from './account.module.css';

const FILE_NAME = 'my-chats.json';

async function downloadExport(): Promise<void> {
  const data = await withStepUp(() => chat.get<ExportDto>('/user/me/export'));
  saveFile(FILE_NAME, JSON.stringify(data, null, 2), 'application/json');
}

/** A closed step-up dialog is no error. */
const orCancelled = (work: Promise<void>): Promise<void> =>
  work.catch((error: unknown) => {
    if (!(error instanceof StepUpCancelled)) throw error;
  });

/** Downloads the export and deletes the account. */
export function Data() {
  const [isDeleting, setDeleting] = useState(false);
  const words = texts.data;
  const download = useTask(() => orCancelled(downloadExport()));
  const erase = useTask(() =>
    orCancelled(
      withStepUp(() =>
        endingSession(async () => {
          await chat.call<void>({ method: 'DELETE', path: '/user/me' });
          await signOut();
        }),
      ),
    ),
  );
  return (
    <>
      <div className={css['choice']}>
        <p className={css['soft']}>{words.exportLead}</p>
        <Button disabled={download.isRunning} onClick={() => download.run()}>
          {words.export}
        </Button>
      </div>
      <ProblemNotice error={download.error} />
      <div className={css['choice']}>
        <p className={css['soft']}>{words.deleteLead}</p>
        <Button look="danger" disabled={erase.isRunning} onClick={() => setDeleting(true)}>
          {words.delete}
        </Button>
      </div>
      <ProblemNotice error={erase.error} />
      {isDeleting && (
        <Confirm
          title={words.confirmTitle}
          lead={words.deleteLead}
          action={words.confirm}
          onClose={() => setDeleting(false)}
          // Not awaited: the dialog closes at once, because the step-up dialog may follow.
          onConfirm={async () => erase.run()}
        />
      )}
    </>
  );
}
