import type { CodeSentDto } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { chat } from '../api/chat.js';
import { isProblem } from '../api/problem-text.js';
import { Store, useStore } from '../lib/store.js';
import { texts } from '../texts.js';
import { Dialog } from '../components/Dialog.js';
import { CodeForm } from './CodeForm.js';
import { SandboxPhone } from './SandboxPhone.js';

interface Asked {
  sent: CodeSentDto;
  resolve: (isConfirmed: boolean) => void;
}

const asked = new Store<Asked | null>(null);

/** Thrown when the person closes the dialog: the action did not run. */
export class StepUpCancelled extends Error {}

/** Runs an action that needs a fresh session. On `step_up_required` it asks for a code and runs the action again. */
export async function withStepUp<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isProblem(error, 'step_up_required')) throw error;
  }
  const sent = await chat.post<CodeSentDto>('/auth/step-up');
  const isConfirmed = await new Promise<boolean>((resolve) => asked.set({ sent, resolve }));
  asked.set(null);
  if (!isConfirmed) throw new StepUpCancelled('cancelled');
  return work();
}

export function StepUpDialog() {
  const now = useStore(asked);
  // After a sign-out the next person must not confirm an action of this one.
  useEffect(() => () => asked.get()?.resolve(false), []);
  return now && <StepUp {...now} />;
}

function StepUp({ sent, resolve }: Asked) {
  const [code, setCode] = useState('');
  const { stepUp, common } = texts;
  return (
    <Dialog title={stepUp.title} onClose={() => resolve(false)}>
      <p>{stepUp.lead}</p>
      <CodeForm
        sent={sent}
        code={code}
        onCode={setCode}
        submitLabel={stepUp.submit}
        onSubmit={async (otp) => {
          await chat.post('/auth/step-up', { otp, challenge_id: sent.challenge_id });
          resolve(true);
        }}
        onResend={async () => {
          const again = await chat.post<CodeSentDto>('/auth/step-up');
          asked.set({ sent: again, resolve });
        }}
        onBack={() => resolve(false)}
        backLabel={common.cancel}
      />
      {sent.otp !== undefined && <SandboxPhone code={sent.otp} onUse={setCode} />}
    </Dialog>
  );
}
